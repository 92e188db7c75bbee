//! One handler, one file.

pub mod asset;
pub mod challenge;
pub mod confirm;
pub mod definition;
pub mod definition_file;
pub mod embed_file;
pub mod health;
pub mod hosted_form;
pub mod hosted_send;
pub mod privacy;
pub mod submit;
pub mod track;
