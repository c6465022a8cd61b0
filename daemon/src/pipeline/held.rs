//! Which contracts a file is held against.

use std::collections::BTreeMap;

use ddgen_profile::Profile;
use ddgen_profile::contract::Contract;

use super::setback::Setback;
use super::{FileRules, Pipeline};
use crate::contract;
use crate::dataset::Folding;
use crate::queue::Job;
use crate::store::{ContractOf, StoreError};

#[derive(Debug, PartialEq)]
pub(super) struct Held {
    /// By the table that they are for; under the empty name what holds for every other one.
    pub(super) contracts: BTreeMap<String, Contract>,
    /// Whose they are, in words.
    pub(super) of: String,
}

impl Held {
    /// As far as the file's name tells which dictionary it belongs to.
    pub(super) async fn by_name(
        pipeline: &Pipeline,
        job: &Job,
        rules: &FileRules,
        folding: &Folding,
    ) -> Result<Self, Setback> {
        let own = pipeline
            .store
            .contracts_of(&job.sighting.watch, folding)
            .await;
        Self::of(own, rules, &folding.stem).map_err(Setback::Store)
    }

    /// As its tables are placed, once their fields are known; none where that is the same. A counter
    /// folds only where the fields agree.
    pub(super) async fn as_placed(
        &self,
        pipeline: &Pipeline,
        job: &Job,
        rules: &FileRules,
        folding: &Folding,
        document: &Profile,
    ) -> Result<Option<Self>, Setback> {
        if !folding.counter {
            return Ok(None);
        }
        let watch = &job.sighting.watch;
        let placed = pipeline
            .store
            .contracts_at(watch, folding, Self::tables(document))
            .await;
        let (stem, own) = placed.map_err(Setback::Store)?;
        let held = Self::of(Ok(own), rules, &stem).map_err(Setback::Store)?;
        Ok((held.contracts != self.contracts).then_some(held))
    }

    /// Of each table its name (empty where there is one) and the paths of its fields.
    pub(super) fn tables(document: &Profile) -> Vec<(String, Vec<String>)> {
        let one = document.tables.len() == 1;
        let tables = document.tables.iter().map(|table| {
            let name = if one {
                String::new()
            } else {
                table.name.clone()
            };
            let paths = table.fields.iter().map(|field| field.path.clone());
            (name, paths.collect())
        });
        tables.collect()
    }

    /// The dictionaries' own, and what the watch has for those without one. A text that this ddgend
    /// cannot read was checked by another one: the file is not held up by it.
    fn of(
        own: Result<Vec<ContractOf>, StoreError>,
        rules: &FileRules,
        stem: &str,
    ) -> Result<Self, StoreError> {
        let (mut held, mut of) = (BTreeMap::new(), Vec::new());
        for ContractOf { table, row } in own? {
            match contract::parse(&row.text, &row.name) {
                Ok(contract) => {
                    of.push(format!(
                        "of `{}`, set by {} at {}",
                        row.name, row.author, row.set_at
                    ));
                    held.insert(table, contract);
                }
                Err(error) => {
                    tracing::error!(dictionary = %row.name, %error, "its contract is not kept");
                }
            }
        }
        // What holds for every table leaves none to the watch.
        if let Some(of_watch) = &rules.contract
            && !held.contains_key("")
        {
            of.push(format!("of the watch, in {}", of_watch.path.display()));
            for (table, contract) in of_watch.for_file(stem) {
                held.entry(table).or_insert(contract);
            }
        }
        Ok(Self {
            contracts: held,
            of: of.join("; "),
        })
    }
}
