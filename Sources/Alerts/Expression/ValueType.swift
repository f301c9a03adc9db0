/// What a value of a condition is; only like is compared with like.
public enum ValueType: String, Sendable, Hashable, CaseIterable {
  /// A price in quote currency.
  case price = "a price"
  /// Hundredths of something.
  case percent = "a percentage"
  /// An amount of quote currency.
  case money = "an amount of money"
  /// A number without a unit: contracts, coins, multiples, the scale of an indicator.
  case number = "a number"
  /// A length of time.
  case span = "a length of time"
  /// True or false.
  case truth = "a condition"

  /// What a plain number must be written with to be of this type, nil when it may stand alone.
  var requiredUnit: String? {
    switch self {
    case .percent: "%"
    case .span: "s, m, h or d"
    case .price, .money, .number, .truth: nil
    }
  }
}
