//! The programme: who is a candidate, when a badge is due, how it is issued, announced, claimed and shown.
//!
//! Use cases are plain functions named as the Lambda that calls them ([`intake`], [`issuance`], [`claim`],
//! [`verify`], [`reissue`], [`delivery`]). Each takes only the ports it may use, so its signature says what it can do: nothing outside
//! [`issuance`] and [`reissue`] takes a [`ports::Signer`]. Every byte of state goes through [`ports::Table`]; nothing here names
//! a cloud service.
#![warn(missing_docs)]

pub mod achievement;
pub mod address;
pub mod badge;
pub mod calendar;
pub mod candidate;
pub mod claim;
pub mod delivery;
pub mod inquiry;
pub mod intake;
pub mod issuance;
pub mod letter;
pub mod limits;
pub mod money;
pub mod name_match;
pub mod office;
pub mod order;
pub mod ports;
pub mod programme;
pub mod reissue;
pub mod status;
pub mod store;
pub mod token;
pub mod verify;
pub mod wallet;
