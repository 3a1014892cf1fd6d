//! The web client's files, where there are any.

use crate::stand::{INDEX, Stand, VERSION};

#[tokio::test]
async fn pages_have_their_own_policy_and_are_not_behind_the_suppliers_door() {
    let stand = Stand::new().await;

    let page = stand.browser().get("/inbox").await;
    let elsewhere = stand
        .supplier(&stand.authority.client("a supplier").unwrap())
        .get("/inbox")
        .await;

    assert_eq!(page.status, 200);
    assert_eq!(page.body, INDEX);
    assert_eq!(page.headers["cache-control"], "no-store");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"));
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn every_answer_to_a_browser_tells_which_build_is_served() {
    let stand = Stand::new().await;
    let mut browser = stand.browser();

    let page = browser.get("/").await;
    let call = browser
        .json(
            "/deltaga.staff.v1.AccountService/ListMyAccounts",
            &serde_json::json!({}),
        )
        .await;
    let facts = browser.get("/session").await;
    let elsewhere = stand
        .supplier(&stand.authority.client("a supplier").unwrap())
        .get("/session")
        .await;

    assert_eq!(call.status, 401);
    for answer in [&page, &call, &facts] {
        assert_eq!(answer.headers["deltaga-web-version"], VERSION);
    }
    assert!(!elsewhere.headers.contains_key("deltaga-web-version"));
}

#[tokio::test]
async fn a_file_comes_compressed_to_whoever_takes_that() {
    let stand = Stand::new().await;

    let plain = stand.browser().get("/").await;
    let small = stand.browser().with("accept-encoding", "gzip, br").get("/").await;

    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(small.headers["content-encoding"], "br");
    assert_eq!(small.headers["vary"], "accept-encoding");
    assert_eq!(small.body, "compressed");
}
