//! What is learned and exchanged, as those who use it see it.

mod pmml;
