/// What has happened and was not taken yet, in order.
///
/// Rows of orders and fills are large and frequent; they stand in lists of their own, each written
/// once, and the order of everything is kept beside them in a few bytes.
struct OutputLog: Sendable {
  private enum Kind: UInt8 {
    case order
    case fill
    case positions
    case balance
    case other
  }

  private struct Mark {
    let kind: Kind
    let account: Int32
    /// The place in the list of its kind.
    let place: Int32
  }

  private var marks = ReusedList<Mark>()
  private var orders = ReusedList<VenueOrder>()
  private var fills = ReusedList<VenueFill>()
  private var others: ContiguousArray<VenueOutput> = []

  /// Whether there is nothing.
  @inline(__always)
  var isEmpty: Bool { marks.isEmpty }

  /// How many outputs there are.
  var count: Int { marks.count }

  /// Adds that an order is new or has changed.
  @inline(__always)
  mutating func order(_ account: Int, _ row: VenueOrder) {
    mark(.order, account, orders.count)
    orders.append(row)
  }

  /// Adds a fill.
  @inline(__always)
  mutating func fill(_ account: Int, _ fill: VenueFill) {
    mark(.fill, account, fills.count)
    fills.append(fill)
  }

  /// Adds that an account's positions have changed.
  @inline(__always)
  mutating func positions(_ account: Int) { mark(.positions, account, 0) }

  /// Adds that an account's money has changed.
  @inline(__always)
  mutating func balance(_ account: Int) { mark(.balance, account, 0) }

  /// Adds anything else.
  mutating func append(_ output: VenueOutput) {
    mark(.other, 0, others.count)
    others.append(output)
  }

  /// Hands over everything, oldest first.
  func forEach(_ body: (VenueOutput) -> Void) {
    for index in 0..<marks.count {
      let mark = marks[index]
      let account = VenueAccountID(index: Int(mark.account))
      let place = Int(mark.place)
      switch mark.kind {
      case .order: body(.order(account, orders[place]))
      case .fill: body(.fill(account, fills[place]))
      case .positions: body(.positions(account))
      case .balance: body(.balance(account))
      case .other: body(others[place])
      }
    }
  }

  /// Forgets everything.
  @inline(__always)
  mutating func removeAll() {
    marks.removeAll()
    orders.removeAll()
    fills.removeAll()
    if !others.isEmpty { others.removeAll(keepingCapacity: true) }
  }

  @inline(__always)
  private mutating func mark(_ kind: Kind, _ account: Int, _ place: Int) {
    marks.append(
      Mark(
        kind: kind, account: Int32(truncatingIfNeeded: account),
        place: Int32(truncatingIfNeeded: place)))
  }
}
