import Testing
import Transport
import Units

@testable import BloFin

/// How long an answer is waited for, by what came of the requests before.
@Suite struct `Patience with answers` {
  private func answer(after milliseconds: Int64) -> Result<HTTPResponse, TransportError> {
    .success(HTTPResponse(status: 200, duration: milliseconds * 1_000))
  }

  private let miss: Result<HTTPResponse, TransportError> = .failure(
    .deadlinePassed(host: "h", milliseconds: 5_000, reach: .maybeSent))

  private func patience(
    after results: [Result<HTTPResponse, TransportError>]
  ) -> [Int64] {
    var patience = AnswerPatience(shortest: 5_000)
    return results.map { result in
      patience.take(result)
      return patience.milliseconds
    }
  }

  @Test func `H13 is the usual time while answers are quick`() {
    #expect(patience(after: [20, 80, 20, 900].map(answer)) == [5_000, 5_000, 5_000, 5_000])
  }

  @Test func `H13 is doubled after a miss, ten seconds at most, and the next answer ends that`() {
    let unconnected: Result<HTTPResponse, TransportError> = .failure(
      .connectTimedOut(host: "h", milliseconds: 5_000))
    #expect(
      patience(after: [answer(after: 50), miss, unconnected, answer(after: 50)])
        == [5_000, 10_000, 10_000, 5_000])
  }

  @Test func `H13 a refused connection says nothing about time`() {
    #expect(patience(after: [.failure(.connectionRefused(host: "h"))]) == [5_000])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `H13 where a way takes two seconds, give or take one, orders are answered and connected`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var patience = AnswerPatience(shortest: 5_000)
    /// Whether a request that takes so many ways there and back is answered in time.
    func isAnswered(ways: Int) -> Bool {
      let time = (0..<ways).reduce(Int64(0)) { time, _ in
        time + Int64(random.within(1_000...3_000))
      }
      let isInTime = time <= patience.milliseconds
      patience.take(isInTime ? answer(after: time) : miss)
      return isInTime
    }
    for number in 0..<500 {
      if number % 50 == 0 {
        // A new connection takes three ways; nothing has left when it is not made in time.
        let isConnected = isAnswered(ways: 3) || isAnswered(ways: 3)
        #expect(isConnected, "seed \(seed), request \(number)")
      } else if random.oneIn(20) {
        patience.take(miss)
      } else {
        let isKnown = isAnswered(ways: 1)
        #expect(isKnown, "seed \(seed), request \(number)")
      }
    }
  }
}
