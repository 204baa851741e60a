//! What the mail service tells of the mails, with every word that it has about their recipients, and what the office does about it.

use serde_json::json;
use shomei_core::{
    address::MailAddress,
    delivery::{self, Happened, Released},
    order::{Actor, Reason},
    ports::{Clock as _, Mail},
};
use shomei_tests::{
    mails::{self, TOPIC},
    month::claim_ports,
    world::World,
};

use crate::{
    functions::{Functions, request::STAFF},
    orders::REASON,
    people::{PEOPLE, Person},
};

fn mail_to(world: &World, person: &Person) -> Option<Mail> {
    world.outbox.mails().into_iter().rfind(|mail| mail.to.as_str() == person.address && mail.badge.is_some())
}

/// Of one person's mail that it arrived, of another's that it was called junk, of a third one's that it came back for good. Gives how
/// many events were taken, unless something failed.
pub(crate) async fn heard(functions: &Functions, world: &World) -> Option<usize> {
    let now = world.clock.now();
    let told = [
        (&PEOPLE[0], Happened::Delivered { at: now }),
        (&PEOPLE[1], mails::junk(now)),
        (&PEOPLE[3], mails::hard(now)),
    ];
    let mut applied = Some(0);
    for (person, happened) in told {
        let Some(mail) = mail_to(world, person) else { continue };
        let message = format!("m-{}", now.as_second());
        let written = mails::written(&mails::event(&mail, &message, now, happened));
        let heard = functions.delivery.handle(mails::call(&[written])).await;
        applied = applied.zip(heard.ok()).map(|(before, heard)| before + heard.applied + heard.known);
    }
    applied
}

/// What cannot be read, or is not for us.
pub(crate) async fn refused(functions: &Functions, world: &World) {
    let now = world.clock.now();
    for person in &PEOPLE {
        let Some(mail) = mail_to(world, person) else { continue };
        let written = mails::written(&mails::event(&mail, "m-1", now, mails::hard(now)));
        let mut misnamed = written.clone();
        misnamed["mail"]["tags"]["badge"] = json!([person.address]);
        let other = TOPIC.replace("123456789012", "999999999999");
        for record in [
            mails::record(TOPIC, &misnamed.to_string()),
            mails::record(TOPIC, &format!("{} has no mailbox here", person.address)),
            mails::record(&other, &written.to_string()),
            json!(person.address),
        ] {
            let refused = functions.delivery.handle(json!({ "Records": [record] })).await;
            assert!(refused.is_err(), "{refused:?}");
        }
    }
}

/// The office lets mail go to all of them again. Gives to how many it did not.
pub(crate) async fn released(world: &World) -> usize {
    let (staff, reason) = (Actor::staff(STAFF), Reason::parse(REASON).unwrap());
    let mut released = 0;
    for person in &PEOPLE {
        let address = MailAddress::mend(person.address).unwrap().address;
        let ports = claim_ports(world.table(), world);
        let done = delivery::release(ports, &address, &staff, &reason).await.unwrap();
        released += usize::from(done == Released::Now);
    }
    released
}
