//! PMML, the Predictive Model Markup Language of the Data Mining Group: cards of ours as version 4.4 Scorecards that
//! other tools run, and Scorecards of versions 4.1 to 4.4 as cards that run here.

mod export;
mod import;
mod original;
pub mod reasons;
mod source;
pub mod xml;

pub use self::{
    export::{Exported, Loss, export},
    import::{Imported, import},
    reasons::ReasonCodes,
};
