//! The functions that the widget never runs, by the beginnings and parts of their names.

/// What panics end in or make their messages with.
const PANICS: &[&str] = &[
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_already",
    "core::fmt::",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_end_index_len_fail",
    "core::slice::index::slice_index_fail",
    "core::slice::index::slice_index_order_fail",
    "core::slice::index::slice_start_index_len_fail",
    "core::str::slice_error_fail",
    "std::panicking::begin_panic",
    "std::thread::local::panic_access_error",
];

/// Parts of Yew that the view has no use for: it is one component of plain elements, and events are heard by the widget.
const UNUSED: &[&str] = &[
    "yew::dom_bundle::bcomp::",
    "yew::dom_bundle::blist::NodeWriter>::shift",
    "yew::dom_bundle::bportal::",
    "yew::dom_bundle::braw::",
    "yew::dom_bundle::bsuspense::",
    "yew::dom_bundle::btag::listeners::ListenerRegistration>::register",
    "yew::dom_bundle::btag::listeners::Registry>::",
    "yew::dom_bundle::subtree_root::BSubtree>::ensure_handled",
    "yew::dom_bundle::subtree_root::EventDescriptor",
    "yew::dom_bundle::subtree_root::SubtreeData>::add_listener",
    "yew::html::component::scope::AnyScope>::find_parent_scope",
    "yew::suspense::",
    "yew::virtual_dom::vcomp::",
    "yew::virtual_dom::vportal::",
    "yew::virtual_dom::vraw::",
    "yew::virtual_dom::vsuspense::",
];

/// Types that no value of the view has: what is made for them is not run. Attributes are lists, never maps; where only one of
/// several nodes has a key they are compared by their places.
const UNUSED_TYPES: &[&str] = &[
    "&yew::virtual_dom::AttributeOrProperty",
    "alloc::vec::drain::Drain<yew::virtual_dom::vnode::VNode>",
    "hash_one::<&yew::dom_bundle::subtree_root::EventDescriptor>",
    "indexmap::map::",
    "yew::dom_bundle::blist::KeyedEntry",
    "yew::virtual_dom::vcomp::VComp",
    "yew::virtual_dom::vportal::VPortal",
    "yew::virtual_dom::vraw::VRaw",
    "yew::virtual_dom::vsuspense::VSuspense",
];

/// Whether a function of this bare name is never run, or only to end in a panic.
pub(super) fn is_unused(name: &str) -> bool {
    PANICS.iter().chain(UNUSED).any(|start| name.starts_with(start))
        || UNUSED_TYPES.iter().any(|part| name.contains(part))
        || name.contains(" as core::fmt::")
}

/// `<std[a543996e6e7dbf1e]::thread::Thread>::new` and `std::thread::Thread::new::ha543996e6e7dbf1e` begin alike.
pub(super) fn bare(name: &str) -> String {
    let mut bare = String::new();
    let mut rest = name.trim_start_matches('<');
    while let Some((before, hash)) = rest.split_once('[') {
        bare.push_str(before);
        match hash.split_once(']') {
            Some((hash, after)) if hash.bytes().all(|digit| digit.is_ascii_hexdigit()) => rest = after,
            _ => {
                bare.push('[');
                rest = hash;
            }
        }
    }
    bare.push_str(rest);
    match bare.rsplit_once("::h") {
        Some((before, hash)) if hash.len() == 16 => before.to_owned(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, is_unused};

    #[test]
    fn what_is_made_for_types_that_no_view_has_goes_and_the_same_for_others_stays() {
        let table =
            |of: &str| format!("<hashbrown[5e619d7d1129c59f]::raw::RawTable<(yew[a543996e6e7dbf1e]::{of}, ())>>::find");
        assert!(is_unused(&bare(&table("dom_bundle::blist::KeyedEntry"))));
        assert!(!is_unused(&bare(&table("dom_bundle::subtree_root::WeakSubtree"))));
        let attach = |of: &str| format!("<yew::virtual_dom::{of} as yew::dom_bundle::traits::Reconcilable>::attach");
        assert!(is_unused(&bare(&attach("vportal::VPortal"))));
        assert!(!is_unused(&bare(&attach("vtag::VTag"))));
    }

    #[test]
    fn names_of_both_spellings_begin_alike() {
        assert_eq!(bare("<std[a543996e6e7dbf1e]::thread::Thread>::new"), "std::thread::Thread>::new");
        assert_eq!(bare("std::thread::Thread::new::ha543996e6e7dbf1e"), "std::thread::Thread::new");
        assert_eq!(bare("yew[3e8f823185626b9]::scheduler::push"), "yew::scheduler::push");
        assert_eq!(bare("<[u8; 3] as Canonical>::read"), "[u8; 3] as Canonical>::read");
    }
}
