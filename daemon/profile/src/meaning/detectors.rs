//! The detectors that vote on a column, with what it takes to believe them.

use super::shape::{Shape, fits};
use super::strict::{bank, email, national as n, net};

/// A test of one value and the terms of its vote.
pub(crate) struct Detector {
    /// Presidio's name, or one in its spelling.
    pub entity: &'static str,
    /// What a matching value is, for the sentence of the evidence.
    pub what: &'static str,
    pub test: fn(&Shape<'_>) -> bool,
    /// How likely a value of the same outer form passes by chance.
    pub chance: f64,
    /// Least share of distinct values that must pass.
    pub share: f64,
    /// Names of columns that lower the number of witnesses.
    pub hints: &'static [&'static str],
    /// Too many other things look like it: without a hint no vote.
    pub needs_hint: bool,
}

const fn strict(
    entity: &'static str,
    what: &'static str,
    test: fn(&Shape<'_>) -> bool,
    chance: f64,
    hints: &'static [&'static str],
) -> Detector {
    Detector {
        entity,
        what,
        test,
        chance,
        share: 0.8,
        hints,
        needs_hint: false,
    }
}

const fn hinted(
    entity: &'static str,
    what: &'static str,
    test: fn(&Shape<'_>) -> bool,
    chance: f64,
    hints: &'static [&'static str],
) -> Detector {
    Detector {
        entity,
        what,
        test,
        chance,
        share: 0.8,
        hints,
        needs_hint: true,
    }
}

pub(crate) static DETECTORS: &[Detector] = &[
    Detector {
        share: 0.3,
        ..strict(
            "EMAIL_ADDRESS",
            "an e-mail address",
            |s| s.others > 1 && email::is_email(s.bytes()),
            1e-5,
            &["email", "mail", "e mail"],
        )
    },
    Detector {
        share: 0.3,
        ..strict(
            "IBAN_CODE",
            "an IBAN of its country's length with a right MOD 97 check",
            |s| s.light_separators() && bank::is_iban(s.compact()),
            1e-4,
            &["iban"],
        )
    },
    strict(
        "IBAN_CODE",
        "written like an IBAN with a right MOD 97 check",
        |s| s.light_separators() && bank::may_be_iban(s.compact()),
        0.01,
        &["iban"],
    ),
    Detector {
        share: 0.5,
        ..strict(
            "MAC_ADDRESS",
            "a MAC address",
            |s| net::is_mac(s.bytes()),
            1e-4,
            &["mac", "mac address"],
        )
    },
    Detector {
        share: 0.6,
        ..strict(
            "IP_ADDRESS",
            "an IP address",
            |s| net::ipv4(s.bytes()).is_some() || net::is_ipv6(s.text),
            0.01,
            &[
                "ip",
                "ip address",
                "ipv4",
                "ipv6",
                "remote addr",
                "client ip",
            ],
        )
    },
    Detector {
        share: 0.6,
        ..strict(
            "CRYPTO",
            "a Bitcoin address",
            |s| bank::is_crypto(s.bytes()),
            1e-4,
            &["btc", "bitcoin", "wallet"],
        )
    },
    strict(
        "CREDIT_CARD",
        "a number with an issuer's prefix and a right Luhn digit",
        |s| {
            s.letters == 0
                && (12..=19).contains(&s.digits)
                && bank::written_like_a_card(s.bytes())
                && bank::may_be_card(s.compact())
        },
        0.1,
        &["card", "credit card", "cc", "pan", "ccn"],
    ),
    strict(
        "US_SSN",
        "a social security number in its 3-2-4 form",
        n::us_ssn_written,
        0.02,
        &["ssn", "social security"],
    ),
    hinted(
        "US_SSN",
        "nine digits that may be a social security number",
        |s| s.bare_digits() && n::us_ssn(s.compact()),
        0.5,
        &["ssn", "social security", "socialsecuritynumber"],
    ),
    strict(
        "US_ITIN",
        "a taxpayer number in its 9xx-xx-xxxx form",
        n::us_itin,
        0.01,
        &["itin"],
    ),
    strict(
        "US_MBI",
        "a Medicare beneficiary number",
        n::us_mbi,
        1e-4,
        &["mbi", "medicare"],
    ),
    strict(
        "MEDICAL_LICENSE",
        "a DEA number with a right check digit",
        n::medical_license,
        0.08,
        &["dea", "medical license"],
    ),
    strict(
        "UK_NHS",
        "an NHS number with a right check digit",
        |s| n::uk_nhs(s) && matches!(s.compact()[0], b'3' | b'4' | b'6' | b'7' | b'9'),
        0.05,
        &["nhs"],
    ),
    strict(
        "UK_NINO",
        "a national insurance number",
        n::uk_nino,
        0.01,
        &["nino", "national insurance", "ni number"],
    ),
    strict(
        "UK_NINO",
        "in the written form of a national insurance number",
        |s| fits(s.bytes(), b"AA 99 99 99 A"),
        0.01,
        &["nino", "national insurance", "ni number"],
    ),
    strict(
        "ES_NIF",
        "a DNI with its right letter",
        n::es_nif,
        0.045,
        &["nif", "dni"],
    ),
    strict(
        "ES_NIE",
        "an NIE with its right letter",
        n::es_nie,
        0.005,
        &["nie"],
    ),
    strict(
        "IT_FISCAL_CODE",
        "a codice fiscale with its control letter",
        n::it_fiscal_code,
        1e-4,
        &["codice fiscale", "fiscal code"],
    ),
    strict(
        "PL_PESEL",
        "a PESEL with birth date and right check digit",
        n::pl_pesel,
        0.02,
        &["pesel"],
    ),
    strict(
        "SG_NRIC_FIN",
        "an NRIC or FIN with its right letter",
        n::sg_nric,
        0.02,
        &["nric", "fin"],
    ),
    strict(
        "AU_TFN",
        "nine digits with a tax file number's check",
        n::au_tfn,
        0.09,
        &["tfn", "tax file number"],
    ),
    strict(
        "AU_MEDICARE",
        "ten digits with a Medicare number's check",
        n::au_medicare,
        0.05,
        &["medicare"],
    ),
    strict(
        "IN_PAN",
        "a permanent account number",
        n::in_pan,
        0.001,
        &["pan"],
    ),
    strict(
        "IN_AADHAAR",
        "twelve digits with a right Verhoeff digit",
        n::in_aadhaar,
        0.08,
        &["aadhaar", "aadhar", "uidai"],
    ),
    strict(
        "FI_PERSONAL_IDENTITY_CODE",
        "a personal identity code with its check character",
        n::fi_pic,
        1e-3,
        &["hetu", "henkilotunnus"],
    ),
    strict(
        "SE_PERSONNUMMER",
        "a personal number with birth date and Luhn digit",
        n::se_personnummer,
        0.02,
        &["personnummer"],
    ),
    strict(
        "NO_FODSELSNUMMER",
        "a birth number with both check digits",
        n::no_fodselsnummer,
        1e-3,
        &["fodselsnummer", "fødselsnummer"],
    ),
    hinted(
        "DK_CPR",
        "a CPR number in its ddmmyy-xxxx form",
        n::dk_cpr_written,
        0.04,
        &["cpr"],
    ),
    strict(
        "DE_TAX_ID",
        "a tax identification number with its check digit",
        n::de_tax_id,
        0.01,
        &["steuer id", "steueridentifikationsnummer", "idnr", "tax id"],
    ),
    strict(
        "DE_SOCIAL_SECURITY",
        "a pension insurance number with its check digit",
        n::de_social_security,
        0.003,
        &["sozialversicherungsnummer", "svnr", "rvnr"],
    ),
    strict(
        "FR_NIR",
        "an INSEE number with its right key",
        n::fr_nir,
        0.002,
        &["nir", "insee", "numero securite sociale"],
    ),
    strict(
        "NL_BSN",
        "nine digits that pass the eleven test",
        n::nl_bsn,
        0.09,
        &["bsn", "burgerservicenummer", "sofinummer"],
    ),
    strict(
        "BE_NATIONAL_NUMBER",
        "a national number with birth date and check",
        n::be_national,
        0.005,
        &["rijksregisternummer", "national number"],
    ),
    strict(
        "CH_AHV",
        "an AHV number with its check digit",
        n::ch_ahv,
        1e-4,
        &["ahv", "avs"],
    ),
    strict(
        "BR_CPF",
        "a CPF with both check digits",
        n::br_cpf,
        0.01,
        &["cpf"],
    ),
    hinted(
        "CA_SIN",
        "nine digits with a social insurance number's Luhn digit",
        n::ca_sin,
        0.08,
        &["sin", "social insurance"],
    ),
    strict(
        "MX_CURP",
        "a CURP with its check digit",
        n::mx_curp,
        1e-4,
        &["curp"],
    ),
    strict(
        "TR_TCKN",
        "an identity number with both check digits",
        n::tr_tckn,
        0.01,
        &["tckn", "tc kimlik"],
    ),
    strict(
        "ZA_ID",
        "an identity number with birth date and Luhn digit",
        n::za_id,
        0.01,
        &["sa id", "id number"],
    ),
    strict(
        "CN_RESIDENT_ID",
        "a resident identity number with its check character",
        n::cn_resident,
        1e-4,
        &["idcard", "身份证"],
    ),
    strict(
        "KR_RRN",
        "a resident registration number in its written form",
        n::kr_rrn_written,
        0.02,
        &["rrn", "주민등록번호"],
    ),
    hinted(
        "US_PASSPORT",
        "a passport number by its form",
        |s| {
            (7..=9).contains(&s.text.len())
                && s.digits >= 6
                && s.letters + s.digits == s.text.len() as u32
        },
        0.5,
        &["passport", "passport number", "passport no", "reisepass"],
    ),
    hinted(
        "US_DRIVER_LICENSE",
        "a driving licence by its form",
        |s| {
            (5..=20).contains(&s.text.len())
                && s.digits >= 4
                && s.letters + s.digits + s.others + s.spaces == s.text.len() as u32
        },
        0.5,
        &[
            "driver license",
            "drivers license",
            "driver licence",
            "driving licence",
            "license number dl",
            "dl number",
        ],
    ),
    hinted(
        "US_BANK_NUMBER",
        "an account number by its form",
        |s| s.bare_digits() && (8..=17).contains(&s.digits),
        0.5,
        &[
            "bank account",
            "account number",
            "bank account number",
            "kontonummer",
            "acct number",
        ],
    ),
];
