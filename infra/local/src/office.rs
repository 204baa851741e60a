//! `office --name NAME`: a link that lets one person into the office's pages. On one machine there is no sign-in service: whoever may
//! open the data folder says who is who.

use shomei_core::{
    claim::Ports,
    office::{
        Member, Role,
        session::{self, LINK_VALIDITY},
    },
};

use crate::{Failed, functions::Functions};

/// A role as it is typed.
pub(crate) fn role(name: &str) -> Result<Role, String> {
    let names = || Role::ALL.map(Role::name).join(", ");
    Role::parse(name).ok_or_else(|| format!("there are these roles: {}", names()))
}

pub(crate) async fn print_link(functions: &Functions, name: String, role: Role) -> Result<(), Failed> {
    let subject = name.trim().to_owned();
    if subject.is_empty() || subject.chars().any(char::is_control) {
        return Err("a name has at least one letter and no line break".into());
    }
    let ports = Ports { table: &*functions.table, clock: &*functions.clock, entropy: &*functions.entropy };
    let token = session::grant(ports, &Member { subject, role }).await?;
    let minutes = LINK_VALIDITY.as_mins();
    println!("{}", functions.programme.office_enter_url(&token));
    eprintln!("It works once, within {minutes} minutes, while the program serves.");
    Ok(())
}
