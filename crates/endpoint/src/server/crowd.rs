//! How many connections each address has open. A few clients that open thousands and send nothing must not take every
//! place there is.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{rate_limit::network, settings::Settings};

/// The open connections of each address. No larger than there are connections.
pub struct Crowd {
    limit: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place; free again when dropped.
pub struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    pub fn of(settings: &Settings) -> Arc<Self> {
        Arc::new(Self { limit: settings.address_connections_limit, open: Mutex::default() })
    }

    /// A place for one more connection of this address (of IPv6: of its subscriber); `None` where it has its share.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut open = self.open();
        let count = open.entry(address).or_default();
        // Whoever is refused has connections open already, so it leaves no entry behind.
        if self.limit > 0 && *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), address })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open();
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(limit: usize) -> Arc<Crowd> {
        let mut settings = Settings::load(None, []).unwrap();
        settings.address_connections_limit = limit;
        Crowd::of(&settings)
    }

    fn enter(crowd: &Arc<Crowd>, address: &str) -> Option<Place> {
        crowd.enter(address.parse().unwrap())
    }

    #[test]
    fn s6_an_address_has_so_many_connections_and_others_are_not_touched() {
        let crowd = crowd(2);
        let first = enter(&crowd, "192.0.2.1").unwrap();
        let _second = enter(&crowd, "::ffff:192.0.2.1").unwrap();
        assert!(enter(&crowd, "192.0.2.1").is_none());
        let _other = enter(&crowd, "192.0.2.2").unwrap();
        drop(first);
        assert!(enter(&crowd, "192.0.2.1").is_some());
    }

    #[test]
    fn s6_a_subscribers_ipv6_addresses_share_their_connections() {
        let crowd = crowd(1);
        let _one = enter(&crowd, "2001:db8:1:2::1").unwrap();
        assert!(enter(&crowd, "2001:db8:1:2:ffff::9").is_none());
        assert!(enter(&crowd, "2001:db8:1:3::1").is_some());
    }

    #[test]
    fn s6_who_left_takes_no_memory() {
        let crowd = crowd(1);
        let places: Vec<_> = (0..1_000_u32).map(|number| crowd.enter(IpAddr::V4(number.into())).unwrap()).collect();
        assert_eq!(crowd.open().len(), 1_000);
        drop(places);
        assert!(crowd.open().is_empty());
    }

    #[test]
    fn none_is_no_limit() {
        let crowd = crowd(0);
        let places: Vec<_> = (0..1_000).map(|_| enter(&crowd, "192.0.2.1")).collect();
        assert!(places.iter().all(Option::is_some));
    }
}
