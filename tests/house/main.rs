//! The house seen from outside: what is promised, on real files, by real processes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod admission;
mod alerts;
mod arrival;
mod backup_routes;
mod backups;
mod comings_and_goings;
mod contracts;
mod crash;
mod directions;
mod doctor;
mod elsewhere;
mod exports;
mod flood;
mod full_disks;
mod fuzzed;
mod keys;
mod lineage;
mod monitoring;
mod numbers;
mod order;
mod over_ssh;
mod personal_data;
mod profile_command;
mod prometheus;
mod quarantine;
mod readiness;
mod reading;
mod refusals;
mod renames;
mod reshape;
mod service;
mod terminal;
mod tls;
mod two_daemons;
mod two_people;
mod upkeep;
mod uploads;
mod verdicts;
mod words;
mod worker_faults;
