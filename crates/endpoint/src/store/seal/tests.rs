//! What is true of sealed values wherever they are kept.

use tempfile::TempDir;

use super::*;

/// Sealed under the first of these keys.
fn seal(ids: &[(&str, u8)]) -> (Seal, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    for (id, byte) in ids.iter().rev() {
        Keys::add(&path, id, &[*byte; 32]).unwrap();
    }
    (Seal::new(Some(Arc::new(Keys::read(&path).unwrap()))), folder)
}

const ROW: Uuid = Uuid::from_u128(1);

#[test]
fn s24_what_is_sealed_opens_in_its_row_and_column_alone() {
    let (seal, _folder) = seal(&[("a", 1)]);
    let row = seal.new_row(ROW);
    let sealed = row.seal(column::ANSWERS, b"Ana zq7canary".to_vec()).unwrap();
    assert_eq!(sealed.len(), 3 + NONCE_LEN + 13 + 16);
    assert!(!sealed.windows(4).any(|bytes| b"Ana zq7canary".windows(4).any(|plain| plain == bytes)));
    assert_ne!(row.seal(column::ANSWERS, b"Ana zq7canary".to_vec()).unwrap(), sealed);
    let same = seal.row(Some("a"), ROW).unwrap();
    assert_eq!(same.open(column::ANSWERS, sealed.clone()), Ok(b"Ana zq7canary".to_vec()));
    let broken = |column| Err(SealError::Broken(column));
    assert_eq!(same.open(column::EXPLANATION, sealed.clone()), broken(column::EXPLANATION));
    assert_eq!(seal.new_row(Uuid::from_u128(2)).open(column::ANSWERS, sealed.clone()), broken(column::ANSWERS));
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(same.open(column::ANSWERS, changed), broken(column::ANSWERS), "byte {place}");
        assert_eq!(same.open(column::ANSWERS, sealed[..place].to_vec()), broken(column::ANSWERS), "{place} bytes");
    }
}

#[test]
fn s24_a_key_that_is_missing_or_another_one_of_its_name_is_told() {
    let (ours, _folder) = seal(&[("new", 2), ("old", 1)]);
    let (other, _other_folder) = seal(&[("old", 3)]);
    assert_eq!(ours.first().as_deref(), Some("new"));
    let old = ours.row(Some("old"), ROW).unwrap();
    let sealed = old.seal_text(column::WHY, Some("they rang".into())).unwrap();
    assert_eq!(old.open_text(column::WHY, sealed.clone()), Ok(Some("they rang".into())));
    assert_eq!(old.open_text(column::WHY, None), Ok(None));
    let not_the_same = other.row(Some("old"), ROW).unwrap();
    assert_eq!(not_the_same.open_text(column::WHY, sealed.clone()), Err(SealError::Broken(column::WHY)));
    assert_eq!(other.row(Some("new"), ROW).err(), Some(SealError::NoKey("new".into())));
    let off = Seal::new(None);
    assert_eq!(off.row(Some("old"), ROW).err(), Some(SealError::Off));
    assert_eq!(off.new_row(ROW).seal(column::ANSWERS, vec![7]), Ok(vec![7]));
    assert_eq!((off.first(), off.email("ana@example.org"), off.twin([7; 16])), (None, None, [7; 16]));
}

#[test]
fn s24_secrets_are_sealed_and_look_ups_are_hashed_with_one() {
    let (seal, _folder) = seal(&[("a", 1)]);
    let kept = seal.seal_secret("default", "gate", &[7; 32]).unwrap();
    assert_eq!((secret_key(&kept).as_deref(), secret_key(&[7; 32])), (Some("a"), None));
    assert_eq!(seal.open_secret("default", "gate", kept.clone()), Ok([7; 32]));
    assert_eq!(seal.open_secret("other", "gate", kept.clone()), Err(SealError::Broken(column::VALUE)));
    assert_eq!(seal.open_secret("default", "gate", vec![8; 32]), Ok([8; 32]));
    assert_eq!(Seal::new(None).open_secret("default", "gate", kept), Err(SealError::Off));
    assert!(matches!(seal.open_secret("default", "gate", vec![8; 31]), Err(SealError::NoKey(_))));
    seal.look_up_with([9; 32]);
    let email = seal.email("ana@example.org").unwrap();
    assert_eq!((email.len(), seal.email("ana@example.org")), (64, Some(email.clone())));
    assert_ne!(seal.email("ion@example.org"), Some(email));
    assert_ne!(seal.twin([1; 16]), seal.twin([2; 16]));
}
