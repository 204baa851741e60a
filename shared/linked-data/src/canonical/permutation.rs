//! All orders of some nodes, one after the other.

/// Puts the nodes into the next order, starting from the sorted one. False after the last.
pub(super) fn next(nodes: &mut [u32]) -> bool {
    let Some(pivot) = nodes.windows(2).rposition(|pair| matches!(pair, [left, right] if left < right)) else {
        return false;
    };
    let (head, tail) = nodes.split_at_mut(pivot + 1);
    let Some(pivot) = head.last_mut() else { return false };
    // The tail falls, so the last one above the pivot is the least above it.
    if let Some(above) = tail.iter_mut().rfind(|node| **node > *pivot) {
        std::mem::swap(pivot, above);
    }
    tail.reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn every_order_once() {
        let mut nodes = [1, 2, 2, 3];
        let mut seen = vec![nodes];
        while next(&mut nodes) {
            seen.push(nodes);
        }
        assert_eq!(seen.len(), 12);
        assert!(seen.is_sorted_by(|left, right| left < right));
    }
}
