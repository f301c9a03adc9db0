import Foundation
import GRDB
import Trading
import Units

/// Reads the columns of one row into exact types; anything unexpected is a problem, never a guess.
struct RowReader {
  let table: String
  let row: Row

  func text(_ column: String) throws(JournalProblem) -> String {
    guard let text: String = row[column] else { throw unreadable(column) }
    return text
  }

  func optionalText(_ column: String) -> String? { row[column] }

  func name<Name: ShortIdentifier>(_ column: String) throws(JournalProblem) -> Name {
    guard let name = Name(try text(column)) else { throw unreadable(column) }
    return name
  }

  func optionalName<Name: ShortIdentifier>(_ column: String) throws(JournalProblem) -> Name? {
    optionalText(column) == nil ? nil : try name(column)
  }

  func blob(_ column: String) -> [UInt8]? {
    let data: Data? = row[column]
    return data.map { [UInt8]($0) }
  }

  func integer(_ column: String) throws(JournalProblem) -> Int64 {
    guard let number: Int64 = row[column] else { throw unreadable(column) }
    return number
  }

  func flag(_ column: String) throws(JournalProblem) -> Bool { try integer(column) == 1 }

  func time(_ column: String) throws(JournalProblem) -> Timestamp {
    Timestamp(milliseconds: try integer(column))
  }

  func optionalTime(_ column: String) -> Timestamp? {
    let number: Int64? = row[column]
    return number.map(Timestamp.init(milliseconds:))
  }

  func unit<Unit: FixedUnit>(_ column: String) throws(JournalProblem) -> Unit {
    guard let unit: Unit = try optionalUnit(column) else { throw unreadable(column) }
    return unit
  }

  func optionalUnit<Unit: FixedUnit>(_ column: String) throws(JournalProblem) -> Unit? {
    guard let text: String = row[column] else { return nil }
    do {
      return try Unit(text: text)
    } catch {
      throw unreadable(column)
    }
  }

  func word<Word: RawRepresentable<String>>(_ column: String) throws(JournalProblem) -> Word {
    guard let word = Word(rawValue: try text(column)) else { throw unreadable(column) }
    return word
  }

  func optionalWord<Word: RawRepresentable<String>>(
    _ column: String
  ) throws(JournalProblem) -> Word? {
    guard let text = optionalText(column) else { return nil }
    guard let word = Word(rawValue: text) else { throw unreadable(column) }
    return word
  }

  func source(_ column: String) throws(JournalProblem) -> CommandSource {
    guard let source = CommandSource(columnText: try text(column)) else { throw unreadable(column) }
    return source
  }

  /// Reads the three columns of a trigger, `<prefix>_price`, `_source` and `_limit`.
  func trigger(_ prefix: String) throws(JournalProblem) -> Trigger? {
    guard let price: Price = try optionalUnit("\(prefix)_price") else { return nil }
    let limit: Price? = try optionalUnit("\(prefix)_limit")
    return Trigger(
      triggerPrice: price, source: try word("\(prefix)_source"),
      execution: limit.map(TriggeredPrice.limit) ?? .market)
  }

  func positionKey() throws(JournalProblem) -> PositionKey {
    PositionKey(
      instrument: try name("instrument"), slot: try word("slot"),
      marginMode: try word("margin_mode"))
  }

  func unreadable(_ column: String) -> JournalProblem {
    let value: DatabaseValue = row[column]
    return .unreadableRow(table: table, column: column, value: String(describing: value))
  }
}
