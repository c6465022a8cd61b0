//! Strict syntax of one value: no column, no name, no vote.

pub(crate) mod bank;
pub(crate) mod email;
pub(crate) mod goods;
pub(crate) mod national;
pub(crate) mod net;
pub(crate) mod phone;
