//! What the judgement says of columns as files have them. The numbers in the values were made by
//! the rules of their issuers, by hand or by the checksums' definitions, not by this code.

use super::{Values, View, assess, is_pii, mask};

fn judged(name: &str, field_type: &str, values: &[&str]) -> super::Meaning {
    let values = Values::collect(values.iter().map(|v| (*v, 1)), true);
    assess(&View {
        name,
        field_type,
        values: &values,
    })
}

fn entity(name: &str, field_type: &str, values: &[&str]) -> Option<String> {
    judged(name, field_type, values).pii.map(|p| p.entity)
}

/// Published test numbers and examples from the issuers' own documents.
const CANARIES: &[&str] = &[
    "ada.lovelace@example.org",
    "o'brien+tag@mail.example.co.uk",
    "jörg@müller.de",
    "4111 1111 1111 1111",
    "4111111111111111",
    "5500-0000-0000-0004",
    "378282246310005",
    "3782 822463 10005",
    "6011111111111117",
    "30569309025904",
    "3530111333300000",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NO9386011117947",
    "123-45-6789",
    "900-70-0000",
    "+49 30 901820",
    "+1 (212) 555-0187",
    "+442079460958",
    "(212) 555-0187",
    "212-555-0187",
    "192.168.17.4",
    "8.8.8.120",
    "2001:db8::ff00:42:8329",
    "fe80::1ff:fe23:4567:890a",
    "00:1B:44:11:3A:B7",
    "00-1b-44-11-3a-b7",
    "001b.4411.3ab7",
    "RSSMRA85T10A562S",
    "12345678Z",
    "X1234567L",
    "131052-308T",
    "11010519491231002X",
    "HEGG560427MVZRRL04",
    "529.982.247-25",
    "756.9217.0769.85",
    "AB 12 34 56 C",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "S1234567D",
    "15070649C103",
    "800101-1234567",
    "811218-9876",
];

#[test]
fn canaries_are_known_alone_and_within_a_text() {
    // An example's prefix that was never given out.
    assert!(!is_pii("QQ 12 34 56 C"));
    for canary in CANARIES {
        assert!(is_pii(canary), "{canary}");
        let masked = mask(canary);
        assert_eq!(mask(&masked), masked);
        assert!(!is_pii(&masked), "{masked}");
    }
    for text in [
        "write to ada.lovelace@example.org, please",
        "{\"mail\":\"ada@example.org\"}",
        "mailto:ada@example.org?subject=x",
        "card 4111 1111 1111 1111 exp 12/26",
        "card:4111111111111111.",
        "her number is +1 (212) 555-0187 or so",
        "call 212-555-0187 now",
        "SSN 123-45-6789.",
        "IBAN: DE89 3704 0044 0532 0130 00 BIC",
        "from 192.168.17.4:8080 at noon",
        "codice RSSMRA85T10A562S, Roma",
        "Müller (DE89370400440532013000)",
    ] {
        assert!(is_pii(text), "{text}");
    }
}

#[test]
fn look_alikes_are_left_alone() {
    for value in [
        "",
        " ",
        "-",
        "N/A",
        "0",
        "123456789",
        "1234567890",
        "2024-01-05",
        "2024-01-05T12:30:00Z",
        "05.01.2024",
        "978-3-16-148410-0",
        "9783161484100",
        "4006381333931",
        "1.2.3.4",
        "1.2.3",
        "10.0.19041.1",
        "v2.0.1",
        "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000",
        "1700000000",
        "1700000000000",
        "ORD-2024-000123",
        "123-4567890-1234567",
        "1Z999AA10123456784",
        "12:30:45",
        "3.141592653589793",
        "4111111111111112",
        "DE89370400440532013001",
        "user@localhost",
        "@handle",
        "a@b",
        "pkg@1.2.3",
        "x@x.xx",
        "000-12-3456",
        "666-12-3456",
        "EN-US",
        "SKU-00012345",
        "AB123456",
        "0870",
        "007.1",
        "40.7128,-74.0060",
        "https://example.org/a/b?c=1",
        "C:\\temp\\file.txt",
        "::",
        "1:2:3",
        "00:00",
        "AA:BB",
        "12345-6789",
        "Hello, world",
        "true",
        "1e10",
        "-999",
        "9999-12-31",
        "100%",
        "$12.50",
        "12 345 678",
        "1,234,567.89",
        "30210104665384.168",
        "F00.0",
        "B2B",
        "A4",
        "###-##-####",
        "xxx@xxxx.xxx",
        "2023-W05",
        "P1DT2H",
        "Q3 2024",
        "N14228",
    ] {
        assert!(!is_pii(value), "{value}");
    }
}

#[test]
fn a_column_is_classed_by_its_values() {
    let mails = [
        "a@example.org",
        "b.c@example.com",
        "unknown",
        "d@example.net",
    ];
    assert_eq!(
        entity("x", "string", &mails).as_deref(),
        Some("EMAIL_ADDRESS")
    );
    assert_eq!(
        entity("email_verified", "boolean", &["true", "false"]),
        None
    );
    assert_eq!(entity("email_verified", "string", &["yes", "no"]), None);
    assert_eq!(
        entity("public_id", "string", &["A1234567", "B7654321", "C1111111"]),
        None
    );
    assert_eq!(entity("email_count", "integer", &["1", "2", "3"]), None);
    let cards = [
        "4111111111111111",
        "5500000000000004",
        "6011111111111117",
        "4012888888881881",
    ];
    assert_eq!(
        entity("c7", "integer", &cards).as_deref(),
        Some("CREDIT_CARD")
    );
    let pesel = ["44051401359", "02070803628", "90090515836"];
    assert_eq!(entity("c7", "integer", &pesel).as_deref(), Some("PL_PESEL"));
    let bsn = ["111222333", "123456782"];
    assert_eq!(entity("bsn", "integer", &bsn).as_deref(), Some("NL_BSN"));
    assert_eq!(entity("amount", "integer", &bsn), None);
    assert_eq!(
        entity("dob", "date", &["1970-02-03", "1981-12-31"]).as_deref(),
        Some("DATE_TIME")
    );
    assert_eq!(
        entity("shipped", "date", &["1970-02-03", "1981-12-31"]),
        None
    );
}

#[test]
fn columns_of_look_alikes_are_refused() {
    let versions = ["1.2.3.4", "1.2.3.5", "2.0.0.1", "10.4.4.1"];
    assert_eq!(entity("v", "string", &versions), None);
    let addresses = ["192.168.0.1", "172.16.44.3", "93.184.216.34"];
    assert_eq!(
        entity("v", "string", &addresses).as_deref(),
        Some("IP_ADDRESS")
    );
    assert_eq!(entity("version", "string", &addresses), None);
    // ISBN-10 has the check of an NHS number.
    let isbn = ["3161484107", "3540678656", "349913599X", "3442267749"];
    assert_eq!(entity("c", "string", &isbn), None);
    let eans = [
        "4006381333931",
        "5901234123457",
        "4012345678901",
        "7622210449283",
    ];
    let ean = judged("c", "integer", &eans);
    assert_eq!(
        (ean.pii, ean.semantic_type.as_deref()),
        (None, None),
        "one of these has a wrong check digit"
    );
    let orders = [
        "2024-000-1231",
        "2024-000-1232",
        "2024-000-1233",
        "2024-000-1234",
        "2024-000-1235",
    ];
    assert_eq!(entity("c", "string", &orders), None);
}

#[test]
fn semantic_types_of_real_columns() {
    let of = |name: &str, kind: &str, values: &[&str]| judged(name, kind, values).semantic_type;
    assert_eq!(
        of(
            "dep_time",
            "integer",
            &["517", "533", "1742", "2400", "59", "605"]
        )
        .as_deref(),
        Some("time")
    );
    assert_eq!(
        of("distance", "integer", &["517", "533", "1742", "2475", "94"]),
        None
    );
    assert_eq!(
        of("year", "integer", &["2013", "2014"]).as_deref(),
        Some("year")
    );
    assert_eq!(
        of("flag", "integer", &["0", "1"]).as_deref(),
        Some("boolean")
    );
    assert_eq!(
        of("month", "integer", &["1", "12", "7"]).as_deref(),
        Some("month")
    );
    assert_eq!(
        of("lat", "number", &["40.71", "-12.5"]).as_deref(),
        Some("latitude")
    );
    assert_eq!(
        of("c", "string", &["https://a.example/x", "http://b.example"]).as_deref(),
        Some("url")
    );
    assert_eq!(
        of("c", "string", &["EUR", "USD", "GBP", "CHF"]).as_deref(),
        Some("currency_code")
    );
    assert_eq!(
        of("country", "string", &["DE", "FR", "US"]).as_deref(),
        Some("country_code")
    );
    assert_eq!(
        of(
            "md5",
            "string",
            &[
                "d41d8cd98f00b204e9800998ecf8427e",
                "0cc175b9c0f1b6a831c399e269772661"
            ]
        )
        .as_deref(),
        Some("hash")
    );
    assert_eq!(
        of("c", "string", &["12 %", "7%", "3.5%"]).as_deref(),
        Some("percentage")
    );
    assert_eq!(of("s", "string", &["d", "e", "f"]), None);
}

#[test]
fn an_exponent_hides_no_card_number() {
    for shown in [
        "4.111111111111111e15",
        "4111111111111111e0",
        " 4.111111111111111E+15",
    ] {
        assert!(is_pii(shown), "{shown}");
    }
    for shown in [
        "4.111111111111112e15",
        "4.111111111111111e-15",
        "1.5e3",
        "cafe5",
    ] {
        assert!(!is_pii(shown), "{shown}");
    }
}
