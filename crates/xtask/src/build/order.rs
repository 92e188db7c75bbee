//! Puts functions of the wasm that are alike beside each other. What they do stays the same; brotli, which learns from what
//! it has just seen, makes them smaller by a fiftieth.

use std::{cmp::Reverse, collections::BTreeMap, convert::Infallible};

use anyhow::{Context, Result};
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// What functions are compared by: bytes that follow each other.
type Gram<'a> = &'a [u8];

/// How many of them. Which is best hangs on chance, as small changes of the code do; so each is tried.
const LENGTHS: [usize; 4] = [3, 4, 5, 6];

/// A function with as few of them as this could be like any other.
const FEW: usize = 8;

/// The same wasm in the order in which `cost` is least. Names of functions, which it should have no more, are not taken along.
pub fn order(wasm: &[u8], cost: impl Fn(&[u8]) -> Result<usize>) -> Result<Vec<u8>> {
    let mut least: Option<(usize, Vec<u8>)> = None;
    for length in LENGTHS {
        let ordered = order_by(wasm, length)?;
        let cost = cost(&ordered)?;
        if least.as_ref().is_none_or(|(least, _)| cost < *least) {
            least = Some((cost, ordered));
        }
    }
    least.map(|(_, ordered)| ordered).context("the widget has no order")
}

fn order_by(wasm: &[u8], length: usize) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(function) => functions.push(grams(function.as_bytes(), length)),
            _ => {}
        }
    }
    let mut mover = Mover::new(imported, chain(&functions))?;
    let mut ordered = Module::new();
    mover.parse_core_module(&mut ordered, Parser::new(0), wasm).context("the widget's functions cannot be moved")?;
    Ok(ordered.finish())
}

fn grams(function: &[u8], length: usize) -> Vec<Gram<'_>> {
    let mut grams: Vec<Gram> = function.windows(length).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// All functions, from the smallest on, each after the one that it has most in common with for its size.
fn chain(functions: &[Vec<Gram>]) -> Vec<usize> {
    let mut having: BTreeMap<Gram, Vec<usize>> = BTreeMap::new();
    for (number, grams) in functions.iter().enumerate() {
        for gram in grams {
            having.entry(*gram).or_default().push(number);
        }
    }
    let mut left: Vec<usize> = (0..functions.len()).collect();
    let mut chain = Vec::with_capacity(functions.len());
    let mut next = left.iter().copied().min_by_key(|number| functions[*number].len());
    while let Some(last) = next {
        chain.push(last);
        left.retain(|number| *number != last);
        let mut common = vec![0_usize; functions.len()];
        for gram in &functions[last] {
            having[gram].iter().for_each(|number| common[*number] += 1);
        }
        // Thousandths; the first of those that are equal
        let alike = |number: usize| common[number] * 1000 / (functions[number].len() + FEW);
        next = left.iter().copied().min_by_key(|number| Reverse(alike(*number)));
    }
    chain
}

/// Writes a module with its functions in another order.
struct Mover {
    /// Functions of the page, which keep their numbers
    imported: u32,
    /// By new place, the old one
    from: Vec<usize>,
    /// By old place, the new number
    numbers: Vec<u32>,
}

impl Mover {
    fn new(imported: u32, from: Vec<usize>) -> Result<Self> {
        let mut numbers = vec![0; from.len()];
        for (new, old) in from.iter().enumerate() {
            numbers[*old] = imported + u32::try_from(new)?;
        }
        Ok(Self { imported, from, numbers })
    }
}

impl Reencode for Mover {
    type Error = Infallible;

    fn function_index(&mut self, number: u32) -> Result<u32, Error> {
        let own = number.checked_sub(self.imported).map(|place| self.numbers[place as usize]);
        Ok(own.unwrap_or(number))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for old in &self.from {
            functions.function(types[*old]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for old in self.from.clone() {
            self.parse_function_body(code, bodies[old].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, ImportSection, RefType,
        StartSection, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{ElementItems, Operator};

    use super::*;

    /// What the functions of a module return, in its order: a call of one of them, or a number.
    fn module(bodies: &[&[i64]]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("page", "tell", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for numbers in bodies {
            functions.function(u32::from(numbers.len() == 1));
            let mut body = Function::new([]);
            for number in *numbers {
                body.instructions().i64_const(*number).drop();
            }
            if numbers.len() == 1 {
                body.instructions().i32_const(7);
            }
            body.instructions().end();
            code.function(&body);
        }
        let mut last = Function::new([]);
        last.instructions().call(0).call(1).end();
        functions.function(0);
        code.function(&last);

        let mut tables = TableSection::new();
        let kind = RefType::FUNCREF;
        tables.table(TableType { element_type: kind, minimum: 2, maximum: None, table64: false, shared: false });
        let mut exports = ExportSection::new();
        exports.export("first", ExportKind::Func, 1).export("tell", ExportKind::Func, 0);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions([2, 1].as_slice().into()));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports);
        module.section(&StartSection { function_index: 3 }).section(&elements).section(&code);
        module.finish()
    }

    /// The functions that are named by what starts, is exported and is in the table, and their bodies by number.
    fn named(wasm: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut types, mut bodies, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::FunctionSection(section) => types = section.into_iter().map(Result::unwrap).collect(),
                Payload::StartSection { func, .. } => numbers.push(func),
                Payload::ExportSection(exports) => numbers.extend(exports.into_iter().map(|it| it.unwrap().index)),
                Payload::ElementSection(section) => {
                    for element in section {
                        let ElementItems::Functions(functions) = element.unwrap().items else { continue };
                        numbers.extend(functions.into_iter().map(Result::unwrap));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let kind: u32 = types[bodies.len()];
                    let operators = body.get_operators_reader().unwrap().into_iter().map(Result::unwrap);
                    let operators: Vec<Operator> = operators.collect();
                    for operator in &operators {
                        if let Operator::Call { function_index } = operator {
                            numbers.push(*function_index);
                        }
                    }
                    bodies.push(format!("{kind} {}", operators.len()));
                }
                _ => {}
            }
        }
        let body = |number: &u32| number.checked_sub(1).map_or("import".into(), |own| bodies[own as usize].clone());
        (numbers.iter().map(body).collect(), bodies.clone())
    }

    #[test]
    fn whatever_names_a_function_names_the_same_one_in_the_new_order() {
        let bodies: [&[i64]; 2] = [&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1]];
        let before = module(&bodies);
        let after = order_by(&before, 3).unwrap();
        assert_ne!(named(&after).1, named(&before).1, "the order is another");
        assert_eq!(named(&after).0, named(&before).0);
    }

    #[test]
    fn functions_that_are_alike_come_to_stand_beside_each_other() {
        let functions = ["ab", "read a name", "0123456789", "read a game"].map(|text| grams(text.as_bytes(), 3));
        assert_eq!(chain(&functions), [0, 1, 3, 2]);
    }

    #[test]
    fn the_order_is_the_same_each_time_and_the_one_that_costs_least() {
        let bodies: [&[i64]; 4] = [&[1, 2], &[3, 4], &[1], &[2, 1]];
        assert_eq!(order_by(&module(&bodies), 3).unwrap(), order_by(&module(&bodies), 3).unwrap());
        let cost = |wasm: &[u8]| Ok(wasm.iter().map(|byte| usize::from(*byte % 7)).sum::<usize>());
        let least = order(&module(&bodies), cost).unwrap();
        assert!(
            LENGTHS
                .iter()
                .all(|length| cost(&order_by(&module(&bodies), *length).unwrap()).unwrap() >= cost(&least).unwrap())
        );
    }
}
