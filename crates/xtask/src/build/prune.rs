//! Takes out of the widget's wasm what is never run or read, where the compiler cannot know that: the making of messages of
//! panics, which the widget tells nobody; the places in the source that they name; parts of Yew that no form has. What was
//! taken out stops the wasm, as a panic does in any case, and the page's script brings the plain form back.

mod unused;

use std::{collections::BTreeMap, ops::Range};

use anyhow::{Context, Result, ensure};
use wasm_encoder::{Encode, Function, Module, RawSection, SectionId};
use wasmparser::{DataKind, KnownCustom, Name, Operator, Parser, Payload, TypeRef};

use self::unused::{bare, is_unused};

/// What shows that other text than that of panics is made by `core::fmt`; then it can not go.
const FORMATS: [&str; 2] = ["alloc::fmt::format", "as alloc::string::ToString>::to_string"];

/// The wasm without them. It still has the names of its functions.
pub fn prune(wasm: &[u8]) -> Result<Vec<u8>> {
    let names = names(wasm)?;
    let formats = names.values().find(|name| FORMATS.iter().any(|part| name.contains(part)));
    ensure!(formats.is_none(), "the widget makes texts by `core::fmt`; `concat` and `digits` cost 3 KB less");
    let mut stopping = Function::new([]);
    stopping.instructions().unreachable().end();
    let mut stop = Vec::new();
    stopping.encode(&mut stop);

    let wasm = without_places(wasm)?;
    let mut pruned = Module::new();
    let mut number = 0;
    let mut code = Vec::new();
    let mut left = 0;
    let mut stopped = 0;
    for payload in Parser::new(0).parse_all(&wasm) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    number += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { count, .. } => {
                count.encode(&mut code);
                left = *count;
                continue;
            }
            Payload::CodeSectionEntry(function) => {
                match names.get(&number) {
                    Some(name) if is_unused(name) => {
                        code.extend_from_slice(&stop);
                        stopped += 1;
                    }
                    _ => function.as_bytes().encode(&mut code),
                }
                number += 1;
                left -= 1;
                if left == 0 {
                    pruned.section(&RawSection { id: SectionId::Code.into(), data: &code });
                }
                continue;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            pruned.section(&RawSection { id, data: part(&wasm, range)? });
        }
    }
    ensure!(stopped > 0, "the widget's wasm has not the names of its functions");
    Ok(pruned.finish())
}

/// What functions are called, without what tells instances and versions apart.
fn names(wasm: &[u8]) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(section) = section.as_known() else { continue };
        for part in section {
            let Name::Function(functions) = part? else { continue };
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, bare(naming.name));
            }
        }
    }
    Ok(names)
}

/// The wasm with zeros in the place of `Location`s (file, line and column of a panic) and of the files that they name:
/// nothing that is left reads them, and zeros cost nothing.
fn without_places(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut without = wasm.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::DataSection(segments) = payload? else { continue };
        for segment in segments {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else { continue };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else { continue };
            let start = usize::try_from(segment.range.end)? - segment.data.len();
            for place in places(segment.data, usize::try_from(value)?) {
                without[start..][place].fill(0);
            }
        }
    }
    Ok(without)
}

/// Where in a segment that lies at this address there is a `Location` or the name of its file: four words each, address and
/// length of the name, line and column.
fn places(data: &[u8], address: usize) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for start in (address.next_multiple_of(4) - address..data.len().saturating_sub(15)).step_by(4) {
        let word = |number: usize| {
            let bytes = data[start + 4 * number..][..4].try_into().expect("four bytes are four bytes");
            u32::from_le_bytes(bytes) as usize
        };
        let Some(from) = word(0).checked_sub(address) else { continue };
        let Some(name) = data.get(from..from.saturating_add(word(1))) else { continue };
        if is_source(name) && (1..1_000_000).contains(&word(2)) && (1..1_000).contains(&word(3)) {
            places.extend([start..start + 16, from..from + name.len()]);
        }
    }
    places
}

fn is_source(name: &[u8]) -> bool {
    let name = name.strip_suffix(b"\0").unwrap_or(name);
    let is_of_path = |letter: &u8| letter.is_ascii_alphanumeric() || b"/._-+".contains(letter);
    name.ends_with(b".rs") && name.contains(&b'/') && name.iter().all(is_of_path)
}

fn part(wasm: &[u8], range: Range<u64>) -> Result<&[u8]> {
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    wasm.get(range).context("a section is not in the file")
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, EntityType, Function, FunctionSection, ImportSection, MemorySection,
        MemoryType, Module, NameMap, NameSection, TypeSection,
    };
    use wasmparser::{Operator, Parser, Payload};

    use super::prune;

    const AT: u32 = 1024;
    const PANIC: &str = "core[c5930c85a12de822]::panicking::panic_fmt";
    const SOURCE: &[u8] = b"crates/widget/src/app.rs";

    /// An import, a panic, a function of ours; a text, a source file and a place in it.
    fn module(panic: &str) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("page", "tell", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for called in [0, 1] {
            functions.function(0);
            let mut function = Function::new([]);
            function.instructions().call(called).end();
            code.function(&function);
        }
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(AT.cast_signed()), bytes());
        let mut functions_named = NameMap::new();
        functions_named.append(1, panic);
        functions_named.append(2, "leadglass_widget::app::sent::h64e09a7adff5a277");
        let mut names = NameSection::new();
        names.functions(&functions_named);

        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&memories).section(&code).section(&data);
        module.section(&names);
        module.finish()
    }

    fn bytes() -> Vec<u8> {
        let mut bytes = b"kept".to_vec();
        bytes.extend_from_slice(SOURCE);
        for word in [AT + 4, 24, 41, 9, AT, 4, 41, 9] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    fn calls(wasm: &[u8]) -> Vec<Vec<String>> {
        let mut calls = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CodeSectionEntry(function) = payload.unwrap() else { continue };
            let operators = function.get_operators_reader().unwrap().into_iter();
            calls.push(operators.map(|operator| operator.map(|it: Operator| format!("{it:?}")).unwrap()).collect());
        }
        calls
    }

    #[test]
    fn a_panic_stops_at_once_and_all_else_stays_as_it_was() {
        let pruned = calls(&prune(&module(PANIC)).unwrap());
        assert_eq!(pruned, [["Unreachable", "End"], ["Call { function_index: 1 }", "End"]]);
    }

    #[test]
    fn places_of_panics_become_zeros_and_texts_stay() {
        let pruned = prune(&module(PANIC)).unwrap();
        let mut wanted = bytes();
        wanted[4..44].fill(0);
        assert!(pruned.windows(wanted.len()).any(|window| window == wanted));
    }

    #[test]
    fn a_wasm_whose_names_are_gone_is_refused() {
        assert!(prune(&module("1")).is_err());
    }

    #[test]
    fn a_widget_that_formats_text_is_refused() {
        assert!(prune(&module("alloc::fmt::format::format_inner::h64e09a7adff5a277")).is_err());
    }

    #[test]
    fn a_widget_that_has_its_own_way_to_write_text_by_format_is_refused() {
        assert!(prune(&module("<i32 as alloc[5e619d7d1129c59f]::string::ToString>::to_string")).is_err());
    }
}
