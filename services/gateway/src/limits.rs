//! How often one caller may ask: token buckets by session, by certificate, or by address for whoever has shown neither.
//! A cookie counts as a session only once identity has taken it for one, since anybody can make cookies up.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use platform::auth::Thumbprint;

use crate::config::LimitsConfig;
use crate::problem::Problem;
use crate::session::tokens::CookieHash;

const HOSTS_OF_A_SITE: u128 = !0 >> 64;
/// So many downloads are under way at once in a process: each holds a stream of every service.
const DOWNLOADS: usize = 32;
/// When somebody whose download is under way, or who found no place for one, may ask again.
const UNDER_WAY: Duration = Duration::from_secs(4);

/// Whose bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    Session(CookieHash),
    Certificate(Thumbprint),
    Address(IpAddr),
}

/// All buckets of this process.
#[derive(Debug)]
pub struct Limits {
    calls: Buckets<Bucket>,
    sign_ins: Buckets<IpAddr>,
    downloads: Buckets<CookieHash>,
    downloading: Downloading,
}

/// A download that is under way, until it is dropped.
#[derive(Debug)]
pub struct Download {
    session: CookieHash,
    all: Downloading,
}

/// Sessions with a download under way in this process.
#[derive(Clone, Debug, Default)]
struct Downloading(Arc<Mutex<HashSet<CookieHash>>>);

#[derive(Debug)]
struct Buckets<K: Clone + Hash + Eq>(DefaultKeyedRateLimiter<K>);

// === impl Bucket ===

impl Bucket {
    /// The bucket of an address. A site of IPv6 has more addresses than anybody could count: it shares one.
    pub fn of_address(address: IpAddr) -> Self {
        Self::Address(site(address))
    }
}

// === impl Limits ===

impl Limits {
    /// Full buckets.
    pub fn new(config: &LimitsConfig) -> Self {
        let calls = Quota::per_second(config.calls_per_second).allow_burst(config.calls_burst);
        Self {
            calls: Buckets(RateLimiter::keyed(calls)),
            sign_ins: Buckets(RateLimiter::keyed(per_minute(config.sign_ins_per_minute))),
            downloads: Buckets(RateLimiter::keyed(Quota::per_hour(config.downloads_per_hour))),
            downloading: Downloading::default(),
        }
    }

    /// Takes one call from a bucket.
    pub fn call(&self, bucket: Bucket) -> Result<(), Problem> {
        self.calls.take(&bucket)
    }

    /// Takes one sign-in from the bucket of an address.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        self.sign_ins.take(&site(address))
    }

    /// Begins a download of a session: one at a time, and not too many.
    pub fn download(&self, session: CookieHash) -> Result<Download, Problem> {
        let download = self.downloading.begin(session);
        let download = download.ok_or_else(|| Problem::rate_limited(UNDER_WAY))?;
        self.downloads.take(&session)?;
        Ok(download)
    }

    /// Lets go of buckets that are full again; they are made anew when needed.
    pub fn forget_full(&self) {
        self.calls.0.retain_recent();
        self.sign_ins.0.retain_recent();
        self.downloads.0.retain_recent();
    }
}

// === impl Download ===

impl Drop for Download {
    fn drop(&mut self) {
        self.all.sessions().remove(&self.session);
    }
}

// === impl Downloading ===

impl Downloading {
    /// None if the session has one already, or if there is no place.
    fn begin(&self, session: CookieHash) -> Option<Download> {
        let mut sessions = self.sessions();
        let is_begun = sessions.len() < DOWNLOADS && sessions.insert(session);
        drop(sessions);
        is_begun.then(|| Download {
            session,
            all: self.clone(),
        })
    }

    // A set is whole after every step.
    fn sessions(&self) -> MutexGuard<'_, HashSet<CookieHash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Hash + Eq> Buckets<K> {
    fn take(&self, key: &K) -> Result<(), Problem> {
        self.0.check_key(key).map_err(|full| {
            let wait: Duration = full.wait_time_from(DefaultClock::default().now());
            Problem::rate_limited(wait)
        })
    }
}

fn per_minute(number: NonZeroU32) -> Quota {
    Quota::per_minute(number).allow_burst(number)
}

fn site(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !HOSTS_OF_A_SITE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn limits() -> Limits {
        Limits::new(&LimitsConfig {
            calls_per_second: number(1),
            calls_burst: number(3),
            sign_ins_per_minute: number(2),
            downloads_per_hour: number(2),
            ..LimitsConfig::default()
        })
    }

    #[test]
    fn a_bucket_is_empty_after_its_burst_and_no_other_is() {
        let limits = limits();
        let own = Bucket::Session([1; 32]);

        for _ in 0..3 {
            limits.call(own).unwrap();
        }

        assert_eq!(limits.call(own).unwrap_err().code(), "resource_exhausted");
        assert!(limits.call(Bucket::Session([2; 32])).is_ok());
    }

    #[test]
    fn signing_in_is_counted_apart() {
        let limits = limits();
        let address: IpAddr = "192.0.2.7".parse().unwrap();

        limits.sign_in(address).unwrap();
        limits.sign_in(address).unwrap();

        assert!(limits.sign_in(address).is_err());
        assert!(limits.call(Bucket::of_address(address)).is_ok());
    }

    #[test]
    fn a_session_downloads_one_at_a_time_and_not_too_often() {
        let limits = limits();

        let first = limits.download([1; 32]).unwrap();
        assert!(limits.download([1; 32]).is_err());
        assert!(limits.download([2; 32]).is_ok());
        drop(first);
        assert!(limits.download([1; 32]).is_ok(), "what was refused did not count");
        assert!(limits.download([1; 32]).is_err());
    }

    #[test]
    fn all_addresses_of_a_site_share_a_bucket() {
        let of = |text: &str| Bucket::of_address(text.parse().unwrap());

        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn full_buckets_take_no_room() {
        let limits = limits();
        limits.call(Bucket::Session([1; 32])).unwrap();

        limits.forget_full();

        assert!(limits.calls.0.len() <= 1);
    }
}
