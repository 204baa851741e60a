//! What the staff do in the office's pages.

use shomei_core::{
    claim::Ports,
    office::{Member, Role, session},
};
use shomei_http::Response;
use shomei_intake::Intake;
use shomei_tests::world::World;

use crate::{browser::ORIGIN, request::request};

/// The staff, in front of intake.
pub(crate) struct Office<'a> {
    pub(crate) world: &'a World,
    pub(crate) intake: &'a Intake,
}

impl Office<'_> {
    /// Somebody enters, looks at the month, and leaves.
    pub(crate) async fn live(&self) {
        let World { store, clock, entropy, .. } = self.world;
        let ports = Ports { table: &store.table, clock, entropy };
        let member = Member { subject: "staff-1".to_owned(), role: Role::Approver };
        let link = format!("/office/enter/{}", session::grant(ports, &member).await.unwrap().text());
        assert_eq!(self.ask("GET", &link, "").await.status(), 200);
        let entered = self.ask("POST", &link, "").await;
        assert_eq!(entered.status(), 303);
        let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(self.ask("GET", "/office", &cookie).await.status(), 200);
        assert_eq!(self.ask("POST", "/office/sign-out", &cookie).await.status(), 303);
        assert_eq!(self.ask("POST", "/office/sign-out", &cookie).await.status(), 401);
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str) -> Response {
        let headers = [("accept", "text/html"), ("origin", ORIGIN), ("cookie", cookie)];
        self.intake.handle(request(method, path, &headers, b"")).await
    }
}
