import JSONText
import Trading
import Units

/// Reads the pieces that BloFin's messages are made of.
///
/// Numbers are strings nearly everywhere and bare in stream books; "nothing" is `null`, `""` or a
/// missing field. What is read here is in range, so that nothing after it can trap.
/// Source: BloFin API documentation and recordings of 2023 to 2026.
nonisolated extension JSONScanner {
  /// Reads a price above zero.
  mutating func price(_ bounds: InstrumentBounds) throws(JSONProblem) -> Price {
    let price: Price = try number(.either)
    guard price.isPositive, price <= bounds.price else {
      throw problem(.unknownValue(price.description))
    }
    return price
  }

  /// Reads a price; nil where there is none: nothing, or zero.
  mutating func priceIfAny(_ bounds: InstrumentBounds) throws(JSONProblem) -> Price? {
    guard let price: Price = try numberIfPresent(.either), !price.isZero else { return nil }
    guard price.isPositive, price <= bounds.price else {
      throw problem(.unknownValue(price.description))
    }
    return price
  }

  /// Reads a number of contracts, zero or more.
  mutating func contracts(_ bounds: InstrumentBounds) throws(JSONProblem) -> Contracts {
    let contracts: Contracts = try number(.either)
    guard !contracts.isNegative, contracts <= bounds.contracts else {
      throw problem(.unknownValue(contracts.description))
    }
    return contracts
  }

  /// Reads a number of contracts whose sign is the side of a position.
  mutating func signedContracts(_ bounds: InstrumentBounds) throws(JSONProblem) -> Contracts {
    let contracts: Contracts = try number(.either)
    guard contracts.magnitude <= bounds.contracts else {
      throw problem(.unknownValue(contracts.description))
    }
    return contracts
  }

  /// Reads an amount of coins, zero or more.
  mutating func coins() throws(JSONProblem) -> BaseAmount {
    let amount: BaseAmount = try number(.either)
    guard !amount.isNegative, amount <= InstrumentBounds.mostCoins else {
      throw problem(.unknownValue(amount.description))
    }
    return amount
  }

  /// Reads a sum of money that the exchange computed, truncated at the eighteenth place; nil where
  /// there is nothing.
  mutating func moneyIfAny() throws(JSONProblem) -> Money? {
    guard let number = try truncatedIfAny() else { return nil }
    let money = Money(number)
    guard money.magnitude <= InstrumentBounds.mostMoney else {
      throw problem(.unknownValue(money.description))
    }
    return money
  }

  /// Reads a rate that the exchange computed, truncated at the eighteenth place.
  mutating func rate() throws(JSONProblem) -> Rate {
    guard let rate = try rateIfAny() else { throw problem(.number(.empty)) }
    return rate
  }

  /// Reads a rate; nil where there is nothing.
  mutating func rateIfAny() throws(JSONProblem) -> Rate? {
    guard let number = try truncatedIfAny() else { return nil }
    return Rate(number)
  }

  /// Reads a leverage, above zero and at most 1000.
  mutating func leverage() throws(JSONProblem) -> Leverage {
    try checked(try number(.either))
  }

  /// Reads a leverage; nil where there is nothing.
  mutating func leverageIfAny() throws(JSONProblem) -> Leverage? {
    guard let leverage: Leverage = try numberIfPresent(.either) else { return nil }
    return try checked(leverage)
  }

  /// Reads a text; nil where there is nothing. A bare number is taken as its text.
  mutating func textIfAny() throws(JSONProblem) -> String? {
    switch try peek() {
    case .string:
      let string = try string()
      return string.isEmpty ? nil : String(string)
    case .number: return String(decoding: try raw(), as: UTF8.self)
    case .null:
      _ = try takeNull()
      return nil
    case .object, .array, .boolean: return try textOrNull()
    }
  }

  /// Reads a name; nil where there is nothing. One of more than 32 bytes fails the message.
  mutating func nameIfAny<Name: ShortIdentifier>() throws(JSONProblem) -> Name? {
    guard let text = try textIfAny() else { return nil }
    guard let name = Name(text) else { throw problem(.unknownValue(text)) }
    return name
  }

  /// Reads a flag: the text or the word `true` or `false`; nil where there is nothing.
  mutating func flagIfAny() throws(JSONProblem) -> Bool? {
    if try peek() == .boolean { return try boolean() }
    switch try textIfAny() {
    case nil: return nil
    case "true"?: return true
    case "false"?: return false
    case let other?: throw problem(.unknownValue(other))
    }
  }

  /// Returns a value that must have been there.
  func require<Value>(_ value: Value?, _ field: String) throws(JSONProblem) -> Value {
    guard let value else { throw problem(.missing(field)) }
    return value
  }

  private func checked(_ leverage: Leverage) throws(JSONProblem) -> Leverage {
    guard leverage.isPositive, leverage <= 1_000 else {
      throw problem(.unknownValue(leverage.description))
    }
    return leverage
  }

  /// Reads a decimal number that may have more than eighteen places; those beyond are cut off.
  ///
  /// Only for what the exchange computes (funding rates, equities): recorded ones have 20 and 21.
  private mutating func truncatedIfAny() throws(JSONProblem) -> Fixed? {
    let kind = try peek()
    let whole = try raw()
    if kind == .null || whole.count == 2 && kind == .string { return nil }
    let digits =
      kind == .string ? UnsafeRawBufferPointer(rebasing: whole.dropFirst().dropLast()) : whole
    switch Fixed.parsing(digits) {
    case .success(let number): return number
    case .failure(.tooManyPlaces): break
    case .failure(let reason): throw problem(.number(reason))
    }
    guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else {
      throw problem(.number(.tooManyPlaces))
    }
    let kept = digits[..<min(digits.endIndex, point + 1 + Fixed.places)]
    switch Fixed.parsing(UnsafeRawBufferPointer(rebasing: kept)) {
    case .success(let number): return number
    case .failure(let reason): throw problem(.number(reason))
    }
  }
}
