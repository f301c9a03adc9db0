/// A place on the screen, counted in columns and rows from the upper left corner.
public struct Point: Hashable, Sendable {
  /// Column, zero at the left edge.
  public var x: Int
  /// Row, zero at the top.
  public var y: Int

  /// The place in column `x` of row `y`.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// A number of columns and rows.
public struct Size: Hashable, Sendable {
  /// Columns, never negative.
  public let width: Int
  /// Rows, never negative.
  public let height: Int

  /// A size; negative numbers count as zero.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }
}

/// A rectangle of cells.
public struct Rect: Hashable, Sendable {
  /// The upper left corner.
  public let origin: Point
  /// Columns and rows.
  public let size: Size

  /// A rectangle by its corner and size.
  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = size
  }

  /// A rectangle by its corner and size; negative sizes count as zero.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
  }

  /// First column.
  public var x: Int { origin.x }
  /// First row.
  public var y: Int { origin.y }
  /// Number of columns.
  public var width: Int { size.width }
  /// Number of rows.
  public var height: Int { size.height }
  /// The column after the last.
  public var endX: Int { x + width }
  /// The row after the last.
  public var endY: Int { y + height }
  /// Whether no cell lies inside.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// Whether `point` lies inside.
  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < endX && point.y >= y && point.y < endY
  }

  /// The part that lies in both rectangles; empty if they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(endX, other.endX) - left, height: min(endY, other.endY) - top)
  }

  /// The rectangle without a border of so many columns and rows at each side.
  public func inset(x dx: Int, y dy: Int) -> Rect {
    Rect(x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy)
  }

  /// Row number `index` counted from the top, empty when it lies outside.
  public func row(_ index: Int) -> Rect {
    let isInside = index >= 0 && index < height
    return Rect(x: x, y: y + index, width: width, height: isInside ? 1 : 0)
  }

  /// A rectangle of `size` in the middle, cut to fit.
  public func centered(_ wanted: Size) -> Rect {
    let width = min(wanted.width, self.width)
    let height = min(wanted.height, self.height)
    return Rect(
      x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width,
      height: height)
  }
}
