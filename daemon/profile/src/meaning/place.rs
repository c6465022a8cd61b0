//! Places: codes and names of countries and states, and street addresses.

use std::collections::HashSet;
use std::sync::OnceLock;

/// ISO 3166-1 alpha-2.
const COUNTRY2: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
/// ISO 3166-1 alpha-3.
const COUNTRY3: &str = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE";
/// ISO 4217, in use.
const CURRENCY: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL";
/// ISO 639-1.
const LANGUAGE: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";
/// USPS codes of states and territories.
const US_STATE: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP";
/// Common English names of countries, lower case.
const COUNTRY_NAMES: &str = "afghanistan|albania|algeria|andorra|angola|argentina|armenia|australia|austria|azerbaijan|bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia and herzegovina|botswana|brazil|brunei|bulgaria|burkina faso|burundi|cambodia|cameroon|canada|cape verde|central african republic|chad|chile|china|colombia|comoros|congo|costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|djibouti|dominica|dominican republic|ecuador|egypt|el salvador|equatorial guinea|eritrea|estonia|eswatini|ethiopia|fiji|finland|france|gabon|gambia|georgia|germany|ghana|greece|grenada|guatemala|guinea|guinea-bissau|guyana|haiti|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italy|ivory coast|jamaica|japan|jordan|kazakhstan|kenya|kiribati|kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|madagascar|malawi|malaysia|maldives|mali|malta|mauritania|mauritius|mexico|micronesia|moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nauru|nepal|netherlands|new zealand|nicaragua|niger|nigeria|north korea|north macedonia|norway|oman|pakistan|palau|palestine|panama|papua new guinea|paraguay|peru|philippines|poland|portugal|puerto rico|qatar|romania|russia|russian federation|rwanda|samoa|san marino|saudi arabia|senegal|serbia|seychelles|sierra leone|singapore|slovakia|slovenia|solomon islands|somalia|south africa|south korea|south sudan|spain|sri lanka|sudan|suriname|sweden|switzerland|syria|taiwan|tajikistan|tanzania|thailand|togo|tonga|trinidad and tobago|tunisia|turkey|turkmenistan|tuvalu|uganda|ukraine|united arab emirates|united kingdom|united states|united states of america|uruguay|uzbekistan|vanuatu|venezuela|vietnam|yemen|zambia|zimbabwe|deutschland|frankreich|österreich|schweiz|italien|spanien|england|scotland|wales|usa|uk";

fn listed(list: &str, width: usize, code: &str) -> bool {
    code.len() == width
        && code.is_ascii()
        && !code.contains(' ')
        && list.split(' ').any(|known| known == code)
}

pub(crate) fn is_country2(text: &str) -> bool {
    listed(COUNTRY2, 2, text)
}

pub(crate) fn is_country3(text: &str) -> bool {
    listed(COUNTRY3, 3, text)
}

pub(crate) fn is_currency(text: &str) -> bool {
    listed(CURRENCY, 3, text)
}

pub(crate) fn is_us_state(text: &str) -> bool {
    listed(US_STATE, 2, text)
}

/// `en`, `en-GB`, `pt_BR`.
pub(crate) fn is_language(text: &str) -> bool {
    let (language, region) = text
        .split_once(['-', '_'])
        .map_or((text, None), |(l, r)| (l, Some(r)));
    listed(LANGUAGE, 2, language)
        && region.is_none_or(|r| is_country2(r) || r == "Hans" || r == "Hant")
}

pub(crate) fn is_country_name(text: &str) -> bool {
    if !(2..=32).contains(&text.len()) {
        return false;
    }
    static NAMES: OnceLock<HashSet<&str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| COUNTRY_NAMES.split('|').collect());
    names.contains(text.to_lowercase().as_str())
}

/// Words that stand in the name of a street, whole.
const STREET_WORDS: &str = "street st ave avenue road rd boulevard blvd lane ln drive dr court ct way place pl square sq terrace highway hwy suite apt apartment parkway pkwy alley trail circle crescent close gardens grove mews plaza ridge row run turnpike unit valley view views village walk wells extension extensions estate estates expressway field fields flat flats ford fords forest forge forges fork forks freeway gateway glen glens green greens harbor harbors haven heights hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes landing light lights loaf lock locks lodge loop mall manor manors meadow meadows mill mills mission motorway mount mountain mountains neck orchard oval overpass park parks pass passage path pike pine pines plain plains point points port ports prairie radial ramp ranch rapid rapids rest ridges river roads route rue shoal shoals shore shores skyway spring springs spur spurs squares station stravenue stream streets summit throughway trace track trafficway tunnel underpass union unions valleys via viaduct villages ville vista walks wall ways well bridge brook brooks burg burgs bypass camp canyon cape causeway center centers centre circles cliff cliffs club common corner corners course courts cove coves creek crest crossing crossroad curve dale dam divide drives avenida av calle paseo plaza camino carrera pasaje rambla ronda glorieta vial urbanización cuesta callejón acceso alameda cañada chemin allée impasse quai boulevard place passage viale piazza piazzale corso strada borgo contrada vicolo canale incrocio rotonda stretto rua travessa largo vila praia quadra setor sítio lagoa loteamento morro conjunto colônia condomínio distrito esplanada fazenda jardim ladeira parque passarela pátio residencial recanto rodovia trecho trevo vale vereda viaduto viela chácara favela alameda praceta estrada ulica ul aleja al plac psc box po postboks gade vej allé väg vägen gatan gränd ул улица пр проспект пер бул бульвар ш наб";
/// Ends of words that do, in languages that write them together.
const STREET_ENDS: &[&str] = &[
    "straße",
    "strasse",
    "str",
    "weg",
    "platz",
    "gasse",
    "allee",
    "ring",
    "damm",
    "ufer",
    "steig",
    "stieg",
    "straat",
    "laan",
    "plein",
    "dreef",
    "gracht",
    "kade",
    "hof",
    "gatan",
    "vägen",
    "gade",
    "vej",
    "gata",
    "veien",
    "katu",
    "tie",
    "steeg",
    "pad",
    "baan",
    "singel",
    "dijk",
    "brink",
    "boulevard",
    "gränd",
    "torget",
    "stigen",
    "väg",
    "kuja",
    "polku",
];

/// A house number and a word of streets: `12 Main St`, `Hauptstraße 5`, `8, rue de la Paix`,
/// or the signs of an address in Chinese or Japanese.
pub(crate) fn is_street(text: &str) -> bool {
    if !(6..=250).contains(&text.len()) || text.contains("://") || text.contains('@') {
        return false;
    }
    let eastern = [
        '丁', '番', '号', '路', '街', '市', '区', '県', '省', '都', '町',
    ];
    if text.chars().filter(|c| eastern.contains(c)).count() >= 2 {
        return true;
    }
    if text.contains(['路', '街']) && text.ends_with(['座', '号', '室']) {
        return true;
    }
    if !text.contains(' ') || !text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    text.split([' ', ',', '\n', ';']).any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphabetic());
        if word.len() < 2 {
            return false;
        }
        let lower = word.to_lowercase();
        STREET_WORDS.split(' ').any(|w| w == lower)
            || (lower.len() >= 6 && STREET_ENDS.iter().any(|end| lower.ends_with(end)))
    }) && text.split([' ', ',', '\n']).any(|w| {
        let w = w.trim_matches(|c: char| !c.is_alphanumeric());
        (1..=6).contains(&w.len()) && w.starts_with(|c: char| c.is_ascii_digit())
    })
}
