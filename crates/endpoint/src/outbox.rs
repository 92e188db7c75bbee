//! Telling others what happened to leads: signed webhooks (Standard Webhooks), Slack messages and e-mails, each tried
//! until it arrives or was tried often enough. Delivery is at least once; receivers know a message by its id.

pub mod address;
mod client;
mod connector;
mod courier;
mod destination;
mod email;
mod message;
mod post;
mod schedule;
mod signature;
mod slack;

pub(crate) use self::schedule::after;
pub use self::{
    client::{Answer, Fault},
    courier::{Carry, Courier},
    destination::{DestinationError, destination},
    message::{Letter, Subject, compose, trial},
    post::Post,
    signature::new_secret,
};
