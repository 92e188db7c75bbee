//! The form in a visitor's page: it takes over what the visitor already typed, watches over the answers, sends them
//! and shows what follows. `www/embed` owns the life of the element around it.
//!
//! Everything that can be known without a page is in `leadglass_form`; here is only what touches one.

mod app;
mod config;
mod drafts;
mod events;
mod moments;
mod mount;
mod page;
mod presses;
mod read;
mod send;
mod take_over;
mod wire;

pub use crate::{
    config::Config,
    mount::{MountError, Mounted, mount},
};
