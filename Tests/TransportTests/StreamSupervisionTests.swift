import EventLoop
import Testing

@testable import Transport

struct StreamSupervisionTests {
  func moment(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }

  var options: WebSocketOptions {
    var options = WebSocketOptions()
    options.idleLimit = 10_000
    options.pingAfter = 4_000
    options.sendLimit = 3_000
    return options
  }

  @Test func `W02 pings a quiet stream, then gives it up`() {
    var supervision = StreamSupervision(options, opened: moment(0))
    var said: [StreamSupervision.Verdict] = []
    for now in [0, 4_000, 4_000, 8_000, 8_001, 10_000] as [Int64] {
      said.append(supervision.verdict(at: moment(now)))
    }
    #expect(
      said == [
        .fine(lookAgain: moment(4_000)), .ping, .fine(lookAgain: moment(8_000)), .ping,
        .fine(lookAgain: moment(10_000)), .silent(milliseconds: 10_000),
      ])
  }

  @Test func `W03 takes any byte as life`() {
    var supervision = StreamSupervision(options, opened: moment(0))
    supervision.heard(at: moment(9_999))
    let said = [10_000, 13_999, 19_999].map { supervision.verdict(at: moment($0)) }
    #expect(said == [.fine(lookAgain: moment(13_999)), .ping, .silent(milliseconds: 10_000)])
  }

  @Test func `W10 gives up a stream that takes nothing`() {
    var supervision = StreamSupervision(options, opened: moment(0))
    supervision.sendingBlocked(at: moment(100))
    supervision.sendingBlocked(at: moment(2_000))
    let blocked = [3_000, 3_100].map { supervision.verdict(at: moment($0)) }
    #expect(blocked == [.fine(lookAgain: moment(3_100)), .stalled(milliseconds: 3_000)])
    supervision.sendingFlows()
    let flowing = supervision.verdict(at: moment(3_100))
    #expect(flowing == .fine(lookAgain: moment(4_000)))
  }

  @Test func `waits for nothing when nothing is limited`() {
    var options = WebSocketOptions()
    options.idleLimit = nil
    var supervision = StreamSupervision(options, opened: moment(0))
    let verdict = supervision.verdict(at: moment(1_000_000_000))
    #expect(verdict == .fine(lookAgain: nil))
  }
}
