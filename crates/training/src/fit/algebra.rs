//! The little linear algebra that fitting needs, on dense symmetric matrices, in one fixed order of sums.

const ROWS_AT_ONCE: usize = 4;

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub(super) struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    pub(super) fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    /// Adds a smaller matrix, times a factor, to the block whose first cell is on the diagonal at `start`.
    pub(super) fn add_block(&mut self, start: usize, block: &Self, factor: f64) {
        for row in 0..block.size {
            let target = &mut self.row_mut(start + row)[start..start + block.size];
            for (cell, add) in target.iter_mut().zip(block.row(row)) {
                *cell += factor * add;
            }
        }
    }

    /// The product with a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|row| dot(self.row(row), vector)).collect()
    }

    /// The lower triangle of Cholesky, from the lower triangle of a symmetric matrix. What is not positive definite by
    /// rounding is made so.
    pub(super) fn cholesky(mut self) -> Cholesky {
        let size = self.size;
        let mut from = 0;
        // Several rows at once, for each cell above them is fetched from far away
        while from < size {
            let to = (from + ROWS_AT_ONCE).min(size);
            let (above, below) = self.cells.split_at_mut(from * size);
            let block = &mut below[..(to - from) * size];
            for column in 0..from {
                let other = &above[column * size..][..=column];
                // The last rows may be fewer; the first of them again costs little
                let row = |number: usize| &block[number.min(to - from - 1) * size..][..column];
                let products: [f64; ROWS_AT_ONCE] = dots(std::array::from_fn(row), &other[..column]);
                for (row, product) in block.chunks_exact_mut(size).zip(products) {
                    row[column] = (row[column] - product) / other[column];
                }
            }
            for row in 0..to - from {
                let (before, current) = block.split_at_mut(row * size);
                let current = &mut current[..size];
                for column in from..from + row {
                    let other = &before[(column - from) * size..][..=column];
                    let sum = current[column] - dot(&current[..column], &other[..column]);
                    current[column] = sum / other[column];
                }
                let place = from + row;
                let rest = current[place] - dot(&current[..place], &current[..place]);
                current[place] = libm::sqrt(rest.max(1e-12));
            }
            from = to;
        }
        Cholesky(self)
    }
}

/// A symmetric matrix as its lower triangular root.
#[derive(Debug)]
pub(super) struct Cholesky(Square);

impl Cholesky {
    /// The vector whose product with the matrix is this one.
    pub(super) fn solve(&self, vector: &[f64]) -> Vec<f64> {
        let size = self.0.size();
        let mut solved = vector.to_vec();
        for row in 0..size {
            let line = self.0.row(row);
            solved[row] = (solved[row] - dot(&line[..row], &solved[..row])) / line[row];
        }
        for row in (0..size).rev() {
            let line = self.0.row(row);
            let value = solved[row] / line[row];
            solved[row] = value;
            for (cell, factor) in solved[..row].iter_mut().zip(&line[..row]) {
                *cell -= factor * value;
            }
        }
        solved
    }

    /// The inverse of the matrix.
    pub(super) fn inverse(&self) -> Square {
        let size = self.0.size();
        let mut inverse = Square::zero(size);
        let mut unit = vec![0.0; size];
        for column in 0..size {
            unit[column] = 1.0;
            inverse.row_mut(column).copy_from_slice(&self.solve(&unit));
            unit[column] = 0.0;
        }
        inverse
    }
}

/// The sum of products, in four partial sums that are added in a fixed order.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (ones, others) = (one.chunks_exact(4), other.chunks_exact(4));
    let rest: f64 = ones.remainder().iter().zip(others.remainder()).map(|(one, other)| one * other).sum();
    for (one, other) in ones.zip(others) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The same of several vectors with one, each in the order of sums of [`dot`].
fn dots<const COUNT: usize>(ones: [&[f64]; COUNT], other: &[f64]) -> [f64; COUNT] {
    let whole = other.len() / 4 * 4;
    let mut sums = [[0.0; 4]; COUNT];
    for place in (0..whole).step_by(4) {
        let others = &other[place..place + 4];
        for (sums, one) in sums.iter_mut().zip(&ones) {
            for ((sum, one), other) in sums.iter_mut().zip(&one[place..place + 4]).zip(others) {
                *sum += one * other;
            }
        }
    }
    let mut products = [0.0; COUNT];
    for ((product, sums), one) in products.iter_mut().zip(sums).zip(ones) {
        let rest: f64 = one[whole..].iter().zip(&other[whole..]).map(|(one, other)| one * other).sum();
        *product = (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest;
    }
    products
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_at_once_have_the_root_of_rows_one_by_one_to_the_last_bit() {
        for size in [1_u32, 3, 4, 5, 8, 30, 31] {
            let count = size as usize;
            let mut matrix = Square::zero(count);
            for row in 0..count {
                for column in 0..=row {
                    let noise = f64::from(u32::try_from(row * 37 + column * 101).unwrap() % 17) / 170.0;
                    matrix.row_mut(row)[column] = if row == column { f64::from(size) } else { noise };
                }
            }
            let mut slowly = matrix.clone();
            for row in 0..count {
                let mut current = slowly.row(row).to_vec();
                for column in 0..row {
                    let other = slowly.row(column);
                    current[column] = (current[column] - dot(&current[..column], &other[..column])) / other[column];
                }
                current[row] = libm::sqrt(current[row] - dot(&current[..row], &current[..row]));
                slowly.row_mut(row).copy_from_slice(&current);
            }
            let root = matrix.cholesky();
            for row in 0..count {
                assert_eq!(root.0.row(row)[..=row], slowly.row(row)[..=row], "row {row} of {size}");
            }
        }
    }

    #[test]
    fn a_solved_system_gives_its_right_side_back() {
        let mut matrix = Square::zero(3);
        for (row, cells) in [[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]].iter().enumerate() {
            matrix.row_mut(row).copy_from_slice(cells);
        }
        let root = matrix.clone().cholesky();
        let solved = root.solve(&[1.0, 2.0, 3.0]);
        for (given, wanted) in matrix.times(&solved).iter().zip([1.0, 2.0, 3.0]) {
            assert!((given - wanted).abs() < 1e-12, "{given} is not {wanted}");
        }
        let inverse = root.inverse();
        for row in 0..3 {
            let unit = matrix.times(inverse.row(row));
            assert!((unit[row] - 1.0).abs() < 1e-12, "{unit:?}");
        }
    }
}
