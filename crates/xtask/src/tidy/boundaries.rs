//! Modules that must not know what is on the other side of a seam.

use super::tree::{Tree, wrong_lines};

struct Boundary {
    /// A file, or all files of a folder if it ends in `/`
    inside: &'static str,
    absent: &'static [&'static str],
    why: &'static str,
}

const BOUNDARIES: &[Boundary] = &[
    Boundary {
        inside: "crates/form/src/",
        absent: &["web_sys::window", "gloo::", "js_sys"],
        why: "the view has no idea of where it runs",
    },
    Boundary {
        inside: "crates/form/src/form_state.rs",
        absent: &["web_sys"],
        why: "the state of a form is plain data",
    },
    Boundary {
        inside: "crates/endpoint/src/store.rs",
        absent: &["rusqlite", "tokio_postgres", "sqlx"],
        why: "the store is described without its driver",
    },
    Boundary {
        inside: "crates/endpoint/src/routes/",
        absent: &["rusqlite", "sqlite::", "Sqlite", "postgres::", "Postgres"],
        why: "a route meets whatever store it is given",
    },
    Boundary {
        inside: "crates/endpoint/src/api/",
        absent: &["rusqlite", "sqlite::", "Sqlite", "postgres::", "Postgres"],
        why: "a route meets whatever store it is given",
    },
];

pub fn check(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for Boundary { inside, absent, why } in BOUNDARIES {
        let files = tree.with_ending(&[".rs"]).filter(|(path, _)| !path.ends_with("/tests.rs"));
        let files =
            files.filter(|(path, _)| if inside.ends_with('/') { path.starts_with(inside) } else { path == inside });
        for (path, text) in files {
            // Tests may reach across to see what came of a call
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in *absent {
                breaches.extend(wrong_lines(path, text, &format!("`{word}`: {why}"), |line| line.contains(word)));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn a_route_that_names_a_store_is_found_and_the_store_itself_is_not() {
        let tree = Tree::of(&[
            ("crates/endpoint/src/routes/submit.rs", "use crate::store::sqlite::SqliteStore;"),
            (
                "crates/endpoint/src/routes/health.rs",
                "fn get() {}\n\n#[cfg(test)]\nmod tests {\n    use rusqlite::Connection;\n}\n",
            ),
            ("crates/endpoint/src/routes/submit/tests.rs", "use rusqlite::Connection;"),
            ("crates/endpoint/src/store.rs", "pub mod sqlite;"),
            ("crates/endpoint/src/store/sqlite.rs", "use rusqlite::Connection;"),
        ]);
        let breaches = check(&tree);
        assert!(
            !breaches.is_empty() && breaches.iter().all(|it| it.starts_with("crates/endpoint/src/routes/submit.rs:1:"))
        );
    }
}
