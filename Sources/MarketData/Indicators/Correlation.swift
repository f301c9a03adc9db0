import Trading
import Units

/// How much two series move together: 1 alike, 0 independently, -1 against each other.
///
/// Source: Pearson's product-moment coefficient of the returns of closes.
public struct Correlation: Sendable, Hashable {
  private let coefficient: Estimate

  /// Computes it of two equally long lists of at least two numbers; nil when one does not move.
  public init?(_ first: [Estimate], _ second: [Estimate]) {
    guard first.count == second.count, first.count > 1 else { return nil }
    let count = Estimate(first.count)
    let meanOne = first.reduce(0, +) / count
    let meanTwo = second.reduce(0, +) / count
    var both = 0.0
    var squaresOne = 0.0
    var squaresTwo = 0.0
    for (one, two) in zip(first, second) {
      both += (one - meanOne) * (two - meanTwo)
      squaresOne += (one - meanOne) * (one - meanOne)
      squaresTwo += (two - meanTwo) * (two - meanTwo)
    }
    guard squaresOne > 0, squaresTwo > 0 else { return nil }
    coefficient = both / (squaresOne.squareRoot() * squaresTwo.squareRoot())
    guard coefficient.isFinite else { return nil }
  }

  /// Whether it reaches a rate from below.
  public func isAtLeast(_ rate: Rate) -> Bool { coefficient >= Estimate(rate) }

  /// Whether it reaches a rate from above.
  public func isAtMost(_ rate: Rate) -> Bool { coefficient <= Estimate(rate) }
}

extension Market {
  /// Returns how the closes of two markets moved together over so many returns, of the longest time
  /// frame that holds them; nil where none does.
  public func correlation(with other: Market, returns count: Int) -> Correlation? {
    let frames = candles.filter { $0.closed.count > count }.sorted {
      $0.timeFrame.span > $1.timeFrame.span
    }
    for series in frames {
      guard let theirs = other.series(series.timeFrame) else { continue }
      let (one, two) = CandleSeries.returns(of: series, and: theirs, count)
      if one.count == count { return Correlation(one, two) }
    }
    return nil
  }

  /// Returns the mean true range of the newest closed candles of the longest time frame that holds
  /// so many and the one before them, rounded up; nil where none does.
  public func averageRange(over count: Int) -> Price? {
    let long = candles.filter { $0.closed.count > count }.max {
      $0.timeFrame.span < $1.timeFrame.span
    }
    guard let closed = long?.closed else { return nil }
    var sum = Price.zero
    for index in (closed.count - count)..<closed.count {
      let before = closed[index - 1].close
      sum += max(closed[index].high, before) - min(closed[index].low, before)
    }
    return sum.value.dividedIfPossible(by: Fixed(count), .up).map { Price($0) }
  }
}

extension CandleSeries {
  /// The newest returns of two series over candles that both have, oldest first.
  fileprivate static func returns(
    of one: CandleSeries, and two: CandleSeries, _ count: Int
  ) -> ([Estimate], [Estimate]) {
    var pairs: [(Estimate, Estimate)] = []
    var left = one.closed.count - 1
    var right = two.closed.count - 1
    while left >= 0, right >= 0, pairs.count <= count {
      let (mine, theirs) = (one.closed[left], two.closed[right])
      if mine.openTime > theirs.openTime {
        left -= 1
      } else if mine.openTime < theirs.openTime {
        right -= 1
      } else {
        pairs.append((Estimate(mine.close), Estimate(theirs.close)))
        left -= 1
        right -= 1
      }
    }
    let ordered = Array(pairs.reversed())
    var result: ([Estimate], [Estimate]) = ([], [])
    for index in ordered.indices.dropFirst() {
      result.0.append(ordered[index].0 / ordered[index - 1].0 - 1)
      result.1.append(ordered[index].1 / ordered[index - 1].1 - 1)
    }
    return result
  }
}
