/// How much of a line one part of a layout takes.
public enum Extent: Hashable, Sendable {
  /// Exactly so many cells.
  case fixed(Int)
  /// So many hundredths of the whole, rounded down.
  case percent(Int)
  /// At least so many cells, and a share of what is left.
  case minimum(Int)

  /// A share of what is left.
  public static let rest = Extent.minimum(0)
}

/// Divides lengths and rectangles.
///
/// The parts always add up to the whole unless nothing takes the rest. When the room is short,
/// parts are served in the order in which they stand and the last ones get less or nothing.
public enum Layout {
  /// The lengths of the parts of a line of `length` cells.
  public static func lengths(_ length: Int, _ parts: [Extent]) -> [Int] {
    var left = max(0, length)
    var lengths = parts.map { part in
      let wanted =
        switch part {
        case .fixed(let cells), .minimum(let cells): cells
        case .percent(let hundredths): max(0, length) * hundredths / 100
        }
      let given = min(max(0, wanted), left)
      left -= given
      return given
    }
    let growing = parts.indices.filter { index in
      if case .minimum = parts[index] { true } else { false }
    }
    for (position, index) in growing.enumerated() {
      let share = left / (growing.count - position)
      lengths[index] += share
      left -= share
    }
    return lengths
  }
}

extension Rect {
  /// Parts of the rectangle, one below the other, with `gap` empty rows between them.
  public func rows(_ parts: [Extent], gap: Int = 0) -> [Rect] {
    var top = y
    let room = height - gap * max(0, parts.count - 1)
    return Layout.lengths(room, parts).map { height in
      defer { top += height + gap }
      return Rect(x: x, y: top, width: width, height: height)
    }
  }

  /// Parts of the rectangle, one beside the other, with `gap` empty columns between them.
  public func columns(_ parts: [Extent], gap: Int = 0) -> [Rect] {
    var left = x
    let room = width - gap * max(0, parts.count - 1)
    return Layout.lengths(room, parts).map { width in
      defer { left += width + gap }
      return Rect(x: left, y: y, width: width, height: height)
    }
  }
}
