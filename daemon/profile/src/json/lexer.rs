//! Tokens of RFC 8259, and whole values that are only to be valid.

use super::stop::Stop;
use super::window::Window;

/// Open brackets at once. RFC 8259 lets a reader set a limit; a bomb of brackets must meet it.
pub(super) const MAX_DEPTH: usize = 1024;

const CONTROL: &str = "a control character stands in a string; it must be escaped";

impl Window<'_> {
    #[inline]
    pub(super) fn skip_space(&mut self) -> Result<(), Stop> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r') => self.bump(),
                Some(b'\n') if self.pass_line_feed() => {}
                _ => return Ok(()),
            }
        }
    }

    /// The next byte after white space, which must be there.
    #[inline]
    pub(super) fn next_token(&mut self, missing: &'static str) -> Result<u8, Stop> {
        self.skip_space()?;
        match self.peek()? {
            Some(byte) => Ok(byte),
            None => Err(self.fail(missing)),
        }
    }

    /// Moves past a string; returns its length without quotes, and whether it has escapes.
    fn pass_string(&mut self) -> Result<(usize, bool), Stop> {
        // `n` bytes from the opening quote on are known to be good.
        let mut n = 1;
        let mut escaped = false;
        loop {
            let rest = &self.rest()[n..];
            let found = memchr::memchr2(b'"', b'\\', rest);
            let plain = &rest[..found.unwrap_or(rest.len())];
            if plain.iter().fold(false, |bad, b| bad | (*b < 0x20)) {
                let bad = plain.iter().position(|b| *b < 0x20).unwrap_or(0);
                return Err(self.fail_at(n + bad, CONTROL));
            }
            n += plain.len();
            match found.map(|at| rest[at]) {
                None => {
                    if !self.fill()? {
                        return Err(self.fail_at(n, "the text ends within a string"));
                    }
                }
                Some(b'"') => break,
                Some(_) => {
                    escaped = true;
                    n += self.pass_escape(n)?;
                }
            }
        }
        // Not only where the text happens to be cut.
        self.check_size(n + 1, self.offset())?;
        let text = &self.rest()[1..n];
        if let Err(error) = std::str::from_utf8(text) {
            let at = error.valid_up_to();
            return Err(self.fail_at(1 + at, "the bytes are not valid UTF-8"));
        }
        self.advance(n + 1);
        Ok((n - 1, escaped))
    }

    /// Length of the escape whose backslash is `n` bytes on.
    fn pass_escape(&mut self, n: usize) -> Result<usize, Stop> {
        match self.byte(n + 1)? {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => {
                for i in 2..6 {
                    if !self.byte(n + i)?.is_some_and(|b| b.is_ascii_hexdigit()) {
                        return Err(self.fail_at(n + i, "\\u wants four hexadecimal digits"));
                    }
                }
                Ok(6)
            }
            Some(_) => Err(self.fail_at(
                n + 1,
                "no such escape; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
            )),
            None => Err(self.fail_at(n + 1, "the text ends within a string")),
        }
    }

    /// Reads a string whose opening quote is the next byte, and undoes its escapes. Half a
    /// surrogate pair names no character: it becomes U+FFFD.
    pub(super) fn string(&mut self) -> Result<&[u8], Stop> {
        let (length, escaped) = self.pass_string()?;
        if !escaped {
            let quoted = self.behind(length + 1);
            return Ok(&quoted[..length]);
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let quoted = self.behind(length + 1);
        unescape(&quoted[..length], &mut scratch);
        self.scratch = scratch;
        Ok(&self.scratch)
    }

    /// Reads a number; its text is as written.
    pub(super) fn number(&mut self) -> Result<&[u8], Stop> {
        let mut n = usize::from(self.peek()? == Some(b'-'));
        match self.byte(n)? {
            Some(b'0') => {
                n += 1;
                if self.byte(n)?.is_some_and(|b| b.is_ascii_digit()) {
                    return Err(self.fail_at(n, "a number has a leading zero"));
                }
            }
            Some(b'1'..=b'9') => n = self.digits(n)?,
            _ => return Err(self.fail_at(n, "a number wants a digit here")),
        }
        if self.byte(n)? == Some(b'.') {
            n = self.some_digits(n + 1)?;
        }
        if matches!(self.byte(n)?, Some(b'e' | b'E')) {
            n += 1;
            if matches!(self.byte(n)?, Some(b'+' | b'-')) {
                n += 1;
            }
            n = self.some_digits(n)?;
        }
        self.check_size(n, self.offset())?;
        self.advance(n);
        Ok(self.behind(n))
    }

    fn digits(&mut self, mut n: usize) -> Result<usize, Stop> {
        while self.byte(n)?.is_some_and(|b| b.is_ascii_digit()) {
            n += 1;
        }
        Ok(n)
    }

    fn some_digits(&mut self, n: usize) -> Result<usize, Stop> {
        let end = self.digits(n)?;
        if end == n {
            return Err(self.fail_at(n, "a number wants a digit here"));
        }
        Ok(end)
    }

    /// Moves past `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &'static [u8]) -> Result<(), Stop> {
        for (n, wanted) in word.iter().enumerate() {
            if self.byte(n)? != Some(*wanted) {
                return Err(self.fail_at(
                    n,
                    "a value is neither string, number, object, array, true, false nor null",
                ));
            }
        }
        self.advance(word.len());
        Ok(())
    }

    /// Moves past a scalar that begins with `byte`.
    fn pass_scalar(&mut self, byte: u8) -> Result<(), Stop> {
        match byte {
            b'"' => self.pass_string().map(drop),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => Err(self.fail(NO_VALUE)),
        }
    }

    /// Moves past a key and its colon.
    fn pass_key(&mut self) -> Result<(), Stop> {
        self.open_key()?;
        self.pass_string()?;
        self.colon()
    }

    /// A key must come next.
    pub(super) fn open_key(&mut self) -> Result<(), Stop> {
        match self.next_token(UNCLOSED)? {
            b'"' => Ok(()),
            _ => Err(self.fail("a key in double quotes must stand here")),
        }
    }

    pub(super) fn colon(&mut self) -> Result<(), Stop> {
        match self.next_token(UNCLOSED)? {
            b':' => {
                self.bump();
                Ok(())
            }
            _ => Err(self.fail("a colon must follow a key")),
        }
    }

    /// After a member: true when another one follows, false at the closing bracket.
    pub(super) fn comma_or(&mut self, close: u8) -> Result<bool, Stop> {
        match self.next_token(UNCLOSED)? {
            b',' => {
                self.bump();
                Ok(true)
            }
            byte if byte == close => {
                self.bump();
                Ok(false)
            }
            _ if close == b'}' => Err(self.fail("a comma or } must follow a member")),
            _ => Err(self.fail("a comma or ] must follow an element")),
        }
    }

    /// Moves past a whole value, however deep, without a stack frame a level.
    pub(super) fn pass_value(&mut self) -> Result<(), Stop> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let byte = self.next_token(NO_VALUE)?;
            match byte {
                b'{' | b'[' => {
                    if open.len() == MAX_DEPTH {
                        return Err(Stop::TooDeep {
                            offset: self.offset(),
                        });
                    }
                    self.bump();
                    // Brackets of one kind are two apart in ASCII.
                    let close = byte + 2;
                    if self.next_token(UNCLOSED)? != close {
                        open.push(close);
                        if close == b'}' {
                            self.pass_key()?;
                        }
                        continue;
                    }
                    self.bump();
                }
                other => self.pass_scalar(other)?,
            }
            // A value has ended: so may the brackets around it.
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(());
                };
                if self.comma_or(close)? {
                    if close == b'}' {
                        self.pass_key()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }
}

/// The byte after the escape whose backslash is at `at`; `None` where it is none.
pub(super) fn escape_end(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at)? != &b'\\' {
        return None;
    }
    match text.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => text
            .get(at + 2..at + 6)?
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(at + 6),
        _ => None,
    }
}

pub(super) const NO_VALUE: &str = "a value must stand here";
pub(super) const UNCLOSED: &str = "the text ends before its brackets are closed";

pub(super) fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < raw.len() {
        let plain = memchr::memchr(b'\\', &raw[at..]).unwrap_or(raw.len() - at);
        out.extend_from_slice(&raw[at..at + plain]);
        at += plain;
        if at >= raw.len() {
            return;
        }
        let simple = match raw[at + 1] {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let (c, length) = unescape_unit(&raw[at..]);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += length;
                continue;
            }
            other => other,
        };
        out.push(simple);
        at += 2;
    }
}

/// The character at the head of `\uXXXX...`, with the length of its escape or pair of escapes.
fn unescape_unit(raw: &[u8]) -> (char, usize) {
    let unit = |at: usize| -> Option<u32> {
        let head = raw.get(at..at + 6)?;
        if &head[..2] != b"\\u" {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(&head[2..]).ok()?, 16).ok()
    };
    let first = unit(0).unwrap_or(0xfffd);
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = unit(6)
        && (0xdc00..0xe000).contains(&second)
    {
        let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(scalar).unwrap_or('\u{fffd}'), 12);
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), 6)
}
