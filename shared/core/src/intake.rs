//! Intake: staff register achievements and candidates. One bad row never stops the others, and the same list sent
//! twice registers nobody twice.

pub(crate) mod achievement;
mod answer;
mod doctor;
mod judge;
pub mod list;
mod refusal;
mod register;
pub mod row;
pub mod upload;

pub use self::{
    achievement::{
        AchievementRefusal, MAX_MONTHS, NewAchievement, Part, Saved, TEXT_BYTES, register_achievement,
    },
    answer::{Judged, Note, RowAnswer, Summary, Verdict},
    refusal::{Column, RefusalCode, RowRefusal, WarningCode},
    register::{BATCH_ROWS, Registered, Registration, register_list},
};
