import Trading
import Units

/// The mean price of parts, weighted by their contracts.
struct MeanPrice {
  /// The contracts of all parts.
  private(set) var contracts = Contracts.zero
  private var value: Fixed? = .zero
  /// The price of the only part, which no division may round; nil when there are none or several.
  private var only: Price?

  /// The mean, rounded toward zero; nil without contracts or where a part's price is not known.
  var price: Price? {
    only ?? value?.dividedIfPossible(by: contracts.value, .towardZero).map(Price.init)
  }

  /// Adds a part; its price is nil where it is not known.
  mutating func add(_ part: Contracts, at price: Price?) {
    only = contracts.isZero ? price : nil
    contracts += part
    let product = price?.value.multipliedIfInRange(by: part.value, .towardZero)
    value = value.flatMap { sum in product.map { sum + $0 } }
  }
}
