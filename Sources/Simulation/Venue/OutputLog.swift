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
    for index in 0..<marks.count { body(self[index]) }
  }

  /// Returns an output.
  subscript(index: Int) -> VenueOutput {
    let mark = marks[index]
    let account = VenueAccountID(index: Int(mark.account))
    let place = Int(mark.place)
    return switch mark.kind {
    case .order: .order(account, orders[place])
    case .fill: .fill(account, fills[place])
    case .positions: .positions(account)
    case .balance: .balance(account)
    case .other: others[place]
    }
  }

  /// Whether an output is an order of an account.
  @inline(__always)
  func isOrder(_ index: Int, of account: VenueAccountID) -> Bool {
    marks[index].kind == .order && Int(marks[index].account) == account.index
  }

  /// Whether an output is a fill of an account.
  @inline(__always)
  func isFill(_ index: Int, of account: VenueAccountID) -> Bool {
    marks[index].kind == .fill && Int(marks[index].account) == account.index
  }

  /// Returns the row of an output that is an order.
  @inline(__always)
  func order(at index: Int) -> VenueOrder { orders[Int(marks[index].place)] }

  /// Returns the row of an output that is a fill.
  @inline(__always)
  func fill(at index: Int) -> VenueFill { fills[Int(marks[index].place)] }

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
