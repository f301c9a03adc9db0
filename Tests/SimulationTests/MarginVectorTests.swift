import Simulation
import TestSupport
import Testing
import Trading
import Units

/// The numbers that the exchange printed, and more computed from the same formulas.
///
/// Source: BloFin reference, Appendix B (f = 0.0006; eighteen decimals, truncated).
@Suite struct MarginVectorTests {
  struct Vector: Sendable {
    let name: String
    let terms: MarginTerms
    /// Cash of the cross pool; nil for an isolated position.
    let cash: Money?
    let profit: Money
    let profitRatio: Rate
    let initial: Money
    let maintenance: Money
    let ratio: Rate
    let liquidation: Price?

    init(
      _ name: String, _ side: PositionSide, q: BaseAmount, E: Price, L: Leverage, M: Price,
      r: Rate, W: Money?, profit: Money, profitRatio: Rate, initial: Money, maintenance: Money,
      ratio: Rate, liquidation: Price?
    ) {
      self.name = name
      terms = MarginTerms(
        side: side, coins: q, entryValue: E.notional(of: q), markPrice: M, leverage: L,
        maintenanceRate: r, takerFeeRate: "0.0006")
      cash = W
      self.profit = profit
      self.profitRatio = profitRatio
      self.initial = initial
      self.maintenance = maintenance
      self.ratio = ratio
      self.liquidation = liquidation
    }
  }

  static let vectors = [
    Vector(
      "docs ETH isolated long", .long, q: "0.1", E: "1591.8", L: 3, M: "1591.69", r: "0.004",
      W: nil, profit: "-0.011", profitRatio: "-0.000207312476441764", initial: "53.06",
      maintenance: "0.636676", ratio: "72.453752328329172684",
      liquidation: "1066.104078762306610407"),
    Vector(
      "docs BCH cross short", .short, q: "2.9", E: 1890, L: 3, M: 1889, r: "0.01",
      W: "10012455.355082481548717298", profit: "2.9", profitRatio: "0.001587301587301587",
      initial: "1826.033333333333333333", maintenance: "54.781",
      ratio: "172426.851188979265788635", liquidation: "3418227.599542259480103079"),
    Vector(
      "ccxt LTC cross long", .long, q: 1, E: "67.85", L: 3, M: "67.83143340000001", r: "0.005",
      W: "61.298033775651804468", profit: "-0.01856659999999",
      profitRatio: "-0.000820925571112306", initial: "22.610477800000003333",
      maintenance: "0.33915716700000005", ratio: "161.322877125756096924",
      liquidation: "6.588863861975256971"),
    Vector(
      "BloFin.Net ETH cross long", .long, q: "0.01", E: "2326.2", L: 2, M: "2326.3325984486",
      r: "0.004", W: "29.01123408", profit: "0.001325984486",
      profitRatio: "0.000114004340641389", initial: "11.631662992243",
      maintenance: "0.093053303937944", ratio: "271.116790397657100098", liquidation: nil),
    Vector(
      "A isolated long", .long, q: "0.5", E: 3000, L: 10, M: 3010, r: "0.004", W: nil,
      profit: 5, profitRatio: "0.033333333333333333", initial: 150, maintenance: "6.02",
      ratio: "22.389137657085078723", liquidation: "2712.477396021699819168"),
    Vector(
      "B isolated short", .short, q: "0.5", E: 3000, L: 10, M: 3010, r: "0.004", W: nil,
      profit: -5, profitRatio: "-0.033333333333333333", initial: 150, maintenance: "6.02",
      ratio: "20.944677163079589773", liquidation: "3284.889508261994823810"),
    Vector(
      "C cross long", .long, q: "0.02", E: 60000, L: 5, M: 60500, r: "0.003", W: "999.28",
      profit: 10, profitRatio: "0.041666666666666666", initial: 242, maintenance: "3.63",
      ratio: "231.698806244260789715", liquidation: "10072.260136491368928141"),
    Vector(
      "D cross short", .short, q: "0.1", E: 60000, L: 10, M: 60500, r: "0.003", W: "996.4",
      profit: -50, profitRatio: "-0.083333333333333333", initial: 605, maintenance: "18.15",
      ratio: "43.452708907254361799", liquidation: "69713.033080908728577122"),
  ]

  @Test(arguments: vectors) func `the formulas reproduce every printed digit`(_ vector: Vector) {
    let terms = vector.terms
    #expect(terms.unrealizedPnL == vector.profit)
    #expect(terms.unrealizedPnLRatio == vector.profitRatio)
    #expect(terms.maintenanceMargin == vector.maintenance)
    if let cash = vector.cash {
      #expect(terms.initialMargin == vector.initial)
      #expect(terms.marginRatio(poolCash: cash) == vector.ratio)
      #expect(terms.liquidationPrice(collateral: cash) == vector.liquidation)
    } else {
      #expect(terms.isolatedMargin == vector.initial)
      #expect(terms.marginRatio(isolatedMargin: vector.initial) == vector.ratio)
      #expect(terms.liquidationPrice(collateral: vector.initial) == vector.liquidation)
    }
  }

  @Test func `the liquidation price of the recorded HYPE short is met`() {
    let terms = MarginTerms(
      side: .short, coins: 1, entryValue: "65.165", markPrice: 65, leverage: 10,
      maintenanceRate: "0.0067", takerFeeRate: "0.0006")
    #expect(
      terms.liquidationPrice(collateral: terms.isolatedMargin) == "71.162017273900526159")
  }

  @Test(arguments: vectors) func `a position is liquidatable exactly at its price`(
    _ vector: Vector
  ) throws {
    guard let price = vector.liquidation else { return }
    let collateral = vector.cash ?? vector.initial
    let step = Price(Fixed.leastPositive)
    // Cut toward zero, a long's price is the last that liquidates, a short's the last that may not.
    let (inside, outside) =
      vector.terms.side == .long ? (price, price + step) : (price + step, price - step)
    #expect(terms(vector, at: inside).isLiquidatable(collateral: collateral))
    #expect(!terms(vector, at: outside).isLiquidatable(collateral: collateral))
  }

  private func terms(_ vector: Vector, at mark: Price) -> MarginTerms {
    MarginTerms(
      side: vector.terms.side, coins: vector.terms.coins, entryValue: vector.terms.entryValue,
      markPrice: mark, leverage: vector.terms.leverage,
      maintenanceRate: vector.terms.maintenanceRate, takerFeeRate: vector.terms.takerFeeRate)
  }
}
