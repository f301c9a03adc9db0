/// Returns the name that a mistyped one most likely stands for; nil when none is near.
///
/// Near means: equal but for case, or at most a third of its letters (at most three) inserted, left
/// out, exchanged or swapped with a neighbor, or the beginning of one name only.
public func nearestName(to text: String, among names: [String]) -> String? {
  let wanted = Array(text.lowercased().utf8.prefix(64))
  let limit = min(3, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(wanted, Array(name.lowercased().utf8))
    if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
  }
  if let best { return best.name }
  let begun = names.filter { wanted.count >= 3 && $0.lowercased().utf8.starts(with: wanted) }
  return begun.count == 1 ? begun[0] : nil
}

/// Returns how many letters must be inserted, left out, exchanged or swapped with a neighbor.
///
/// Source: optimal string alignment, the restricted form of Damerau's distance.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    current.reserveCapacity(right.count + 1)
    for (column, other) in right.enumerated() {
      var least = min(last[column + 1], current[column]) + 1
      least = min(least, last[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        least = min(least, beforeLast[column - 1] + 1)
      }
      current.append(least)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
