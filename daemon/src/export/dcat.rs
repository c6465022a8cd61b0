//! DCAT 3 as JSON-LD, its context inside: nothing has to be fetched to read it.

use ddgen_ipc::message::Aspect;
use serde_json::{Value, json};

use super::{Dictionary, encoded};

pub(super) fn render(dictionaries: &[Dictionary]) -> Value {
    let datasets: Vec<Value> = dictionaries.iter().map(dataset).collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "urn:ddgen",
        "@type": "dcat:Catalog",
        "dct:title": "Data dictionaries",
        "dcat:dataset": datasets,
    })
}

fn dataset(dictionary: &Dictionary) -> Value {
    let written = dictionary.written();
    let source = &dictionary.profile.source;
    let urn = format!("urn:ddgen:{}", encoded(&dictionary.name));
    let mut distribution = json!({
        "@id": format!("{urn}:file"),
        "@type": "dcat:Distribution",
        "dct:title": source.name,
        "dcat:byteSize": { "@type": "xsd:nonNegativeInteger", "@value": source.bytes.to_string() },
        "dct:format": source.format,
    });
    let media = match source.format.as_str() {
        "csv" => Some("text/csv"),
        "json" => Some("application/json"),
        "parquet" => Some("application/vnd.apache.parquet"),
        _ => None,
    };
    if let Some(media) = media {
        let id = format!("https://www.iana.org/assignments/media-types/{media}");
        distribution["dcat:mediaType"] = json!({ "@id": id });
    }
    let mut dataset = json!({
        "@id": urn,
        "@type": "dcat:Dataset",
        "dct:identifier": dictionary.name,
        "dct:title": written.maybe(None, Aspect::BusinessName).unwrap_or(&dictionary.name),
        "dct:modified": { "@type": "xsd:dateTime", "@value": dictionary.updated_at.to_string() },
        "dcat:version": dictionary.version.to_string(),
        "dcat:distribution": distribution,
    });
    if let Some(description) = written.maybe(None, Aspect::Description) {
        dataset["dct:description"] = json!(description);
    }
    let tags = written.tags(None);
    if !tags.is_empty() {
        dataset["dcat:keyword"] = json!(tags);
    }
    if let Some(owner) = written.maybe(None, Aspect::Owner) {
        dataset["dct:publisher"] = json!({ "@type": "foaf:Agent", "foaf:name": owner });
    }
    dataset
}
