import Trading
import Units

/// The values of one row, in the order of a statement's parameters.
///
/// All text lies in one buffer that is used again for the next row, so that writing a row allocates
/// nothing.
struct RowValues {
  /// One value.
  enum Value {
    case null
    case integer(Int64)
    case text(Range<Int>)
    case blob(Range<Int>)
  }

  private(set) var values: [Value] = []
  private(set) var bytes: [UInt8] = []

  /// Forgets the row and keeps the memory.
  mutating func clear() {
    values.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func add(_ text: String?) {
    guard let text else { return values.append(.null) }
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    values.append(.text(start..<bytes.count))
  }

  mutating func add(_ identifier: (some TextIdentifier)?) { add(identifier?.text) }

  mutating func add<Word: RawRepresentable<String>>(_ word: Word?) { add(word?.rawValue) }

  mutating func add(_ unit: (some FixedUnit)?) {
    guard let unit else { return values.append(.null) }
    let start = bytes.count
    unit.value.append(to: &bytes)
    values.append(.text(start..<bytes.count))
  }

  mutating func add(_ time: Timestamp?) { add(time?.milliseconds) }

  mutating func add(_ flag: Bool) { add(flag ? 1 : 0 as Int64) }

  mutating func add(_ number: Int64?) { values.append(number.map(Value.integer) ?? .null) }

  mutating func add(blob: [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: blob)
    values.append(.blob(start..<bytes.count))
  }

  /// Adds the three columns of a trigger: its price, what is watched, the limit that follows.
  mutating func add(_ trigger: Trigger?) {
    add(trigger?.triggerPrice)
    add(trigger?.source)
    add(trigger?.limitPrice)
  }
}

extension Trigger {
  /// The limit of the order that follows, nil for a market order.
  var limitPrice: Price? {
    switch execution {
    case .market: nil
    case .limit(let price): price
    }
  }
}
