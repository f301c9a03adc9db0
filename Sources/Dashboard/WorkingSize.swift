import MarketData
import Risk
import Trading
import Units

/// In which unit a size is typed.
enum SizeUnit: Int, Sendable, Hashable, CaseIterable {
  case contracts
  case coins
  case notional
  case marginShare
  case riskShare

  /// The unit as it stands beside the number.
  func label(_ instrument: Instrument?) -> String {
    switch self {
    case .contracts: "contracts"
    case .coins: instrument?.baseCurrency ?? "coins"
    case .notional: instrument?.quoteCurrency ?? "USDT"
    case .marginShare: "% margin"
    case .riskShare: "% risk"
    }
  }

  /// The unit `step` places further.
  func moved(by step: Int) -> SizeUnit {
    let all = Self.allCases
    let place = all.firstIndex(of: self).map { ($0 + step + all.count) % all.count }
    return place.map { all[$0] } ?? self
  }
}

/// The size that one-key orders and new tickets have: a unit, and an amount for each unit.
struct WorkingSize: Sendable, Equatable {
  var unit = SizeUnit.riskShare
  /// What was chosen for each unit, by its number; nil where nothing was chosen yet.
  private var amounts: [Fixed?] = Array(repeating: nil, count: SizeUnit.allCases.count)

  /// The amount in the present unit; what is usual where none was chosen.
  func amount(_ instrument: Instrument?, _ limits: RiskLimits) -> Fixed {
    if let chosen = amounts[unit.rawValue] { return chosen }
    switch unit {
    case .contracts: return instrument?.minimumContracts.value ?? 1
    case .coins: return instrument.map { $0.baseAmount(of: $0.minimumContracts).value } ?? 1
    case .notional: return 100
    case .marginShare: return 5
    case .riskShare: return limits.riskPerTradeDefault.value.times(100)
    }
  }

  /// Chooses an amount in the present unit.
  mutating func choose(_ amount: Fixed) { amounts[unit.rawValue] = amount }

  /// Moves to the next amount of 1, 2, 5, 10, 20, ... in the present unit, within its bounds.
  mutating func move(by step: Int, _ instrument: Instrument?, _ limits: RiskLimits) {
    let now = amount(instrument, limits)
    let next = step > 0 ? Self.ladder.first { $0 > now } : Self.ladder.last { $0 < now }
    guard let next else { return }
    choose(min(next, largest(limits)))
  }

  /// The wish for the size in the gate's terms.
  func request(_ instrument: Instrument?, _ limits: RiskLimits) -> SizeRequest {
    Self.request(amount(instrument, limits), unit)
  }

  /// The size as people read it: `1 % risk`, `100 USDT`.
  func text(_ instrument: Instrument?, _ limits: RiskLimits) -> String {
    "\(amount(instrument, limits)) \(unit.label(instrument))"
  }

  /// Returns the wish for an amount in a unit; percentages become shares.
  static func request(_ amount: Fixed, _ unit: SizeUnit) -> SizeRequest {
    switch unit {
    case .contracts: .contracts(Contracts(amount))
    case .coins: .baseAmount(BaseAmount(amount))
    case .notional: .notional(Money(amount))
    case .marginShare: .marginShare(Rate(amount.divided(by: 100, .towardZero)))
    case .riskShare: .riskShare(Rate(amount.divided(by: 100, .towardZero)))
    }
  }

  private func largest(_ limits: RiskLimits) -> Fixed {
    switch unit {
    case .contracts, .coins, .notional: FormNumber.largest
    case .marginShare: 100
    case .riskShare: limits.riskPerTradeMaximum.value.times(100)
    }
  }

  /// 0.0001, 0.0002, 0.0005, 0.001, ... up to half a billion.
  private static let ladder: [Fixed] = (-4...8).flatMap { exponent -> [Fixed] in
    [1, 2, 5].map { (digit: Int) -> Fixed in
      exponent >= 0
        ? Fixed(digit).times(Int(Fixed.powerOfTen(exponent)))
        : Fixed(digit).divided(by: Fixed(Int(Fixed.powerOfTen(-exponent))), .towardZero)
    }
  }
}
