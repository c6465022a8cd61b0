//! Short texts and what is seen in them.

use super::detect;

fn found(text: &str) -> (char, bool, usize, u64) {
    let found = detect(text.as_bytes(), true);
    (
        char::from(found.dialect.delimiter),
        found.header,
        found.width,
        found.preamble_lines,
    )
}

#[test]
fn delimiters_are_told_apart() {
    assert_eq!(found("a,b\n1,2\n3,4\n"), (',', true, 2, 0));
    assert_eq!(found("a;b;c\n1,5;2;x\n3,5;4;y\n"), (';', true, 3, 0));
    assert_eq!(found("a\tb\nx, y\tz\nu, v\tw\n"), ('\t', true, 2, 0));
    assert_eq!(found("a|b|c\n1|2|3\n"), ('|', true, 3, 0));
    // A comma in one of them is a part of it.
    assert_eq!(
        found("name\nAda, Countess\nGrace\nJoan\n"),
        ('\u{1f}', true, 1, 0)
    );
    assert_eq!(found("name\nGrace\nJoan\n"), (',', true, 1, 0));
    assert_eq!(found("sep=;\r\na;b\r\n1;2\r\n"), (';', true, 2, 1));
    assert_ne!(found("sep=\n\n;\r\nid\r\n1;red\r\n").0, '\n');
    assert_ne!(found("sep=\"\nid;x\n1;red\n2;blue\n").0, '"');
}

#[test]
fn headers_are_told_from_records() {
    assert_eq!(found("1,2\n3,4\n5,6\n"), (',', false, 2, 0));
    assert_eq!(found("2020-01-01,x\n2020-01-02,y\n"), (',', false, 2, 0));
    assert_eq!(
        found("city,country\nParis,France\nLyon,France\n"),
        (',', true, 2, 0)
    );
    assert_eq!(
        found("red,small\nblue,small\nred,large\n"),
        (',', false, 2, 0)
    );
    assert_eq!(
        found("country,1990,2000\nFrance,1,2\nSpain,3,4\n"),
        (',', true, 3, 0)
    );
}

#[test]
fn titles_and_comments_above_the_header_are_no_records() {
    let text = "Sales report\nprinted today,\n\nid,name,sum\n1,a,2\n2,b,3\n3,c,4\n";
    assert_eq!(found(text), (',', true, 3, 3));
    assert_eq!(found("# by hand\n# twice\na,b\n1,2\n"), (',', true, 2, 2));
    assert_eq!(found("#id,name\n1,a\n2,b\n"), (',', true, 2, 0));
}
