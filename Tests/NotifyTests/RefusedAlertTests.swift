import EventLoop
import Secrets
import TestSupport
import Testing
import Trading
import Transport
import Units

@testable import Notify

/// What happens to alerts that a channel does not take.
@MainActor @Suite struct RefusedAlertTests {
  let loop = VirtualLoop(
    startingAt: WallTime(milliseconds: DispatcherTests.noon.milliseconds))
  private let noon = DispatcherTests.noon

  private func message(_ number: UInt64, _ severity: AlertSeverity) -> AlertMessage {
    AlertMessage(DispatcherTests.alert(number, severity), origin: "PAPER", isRepeat: false)
  }

  @Test func `P08 of alerts that are refused together each is tried alone and at once`() {
    var queue = DeliveryQueue(ChannelPolicy(batchDelay: .zero), batchLimit: 10)
    let (worst, least) = (message(1, .critical), message(2, .info))
    queue.add(worst, at: noon)
    queue.add(least, at: noon)
    #expect(queue.next(at: noon) == .send([worst, least], isSilent: false))
    queue.finish(.refused(reason: "status 400"), at: noon)
    #expect(queue.next(at: noon) == .send([worst], isSilent: false))
    queue.finish(.refused(reason: "status 400"), at: noon)
    #expect(queue.next(at: noon) == .send([least], isSilent: false))
    queue.finish(.delivered, at: noon)
    #expect(queue.next(at: noon) == .wait(until: noon + .minutes(5)))
    #expect(queue.deliveredCount == 1)
    #expect(queue.droppedCount == 0)
  }

  @Test func `P08 one critical alert that is never taken is told to the other channels once`()
    throws
  {
    // Refused at once and every five minutes, with an alert that is taken between.
    let hook = ScriptedNetwork(
      [.status(400), .status(200), .status(400), .status(200), .status(400)], loop: loop)
    let chat = ScriptedNetwork([], loop: loop)
    let bot = try #require(
      TelegramBot(
        token: Secret(consuming: Array("1:a".utf8)), server: try WebAddress("http://127.0.0.1:9")))
    let channel = WebhookChannel(
      address: Secret(consuming: Array("http://127.0.0.1:9/in".utf8)),
      key: Secret(consuming: Array("key".utf8)), http: hook
    ) { DispatcherTests.noon }
    let policy = ChannelPolicy(volume: [.warning: .off], batchDelay: .zero)
    let dispatcher = AlertDispatcher(
      [
        (channel, ChannelPolicy(batchDelay: .zero)),
        (TelegramChannel(bot, chat: "42", http: chat), policy),
      ],
      origin: "PAPER", loop: loop)
    dispatcher.tell(DispatcherTests.alert(1, .critical), isRepeat: false)
    for number in 2...3 {
      loop.run(until: loop.now.advanced(byMilliseconds: 200_000))
      dispatcher.tell(DispatcherTests.alert(UInt64(number)), isRepeat: false)
    }
    loop.run(until: loop.now.advanced(byMilliseconds: 400_000))
    #expect(hook.requests.count == 5)
    let trouble = chat.bodies.filter { $0.contains("alerts do not reach webhook") }
    #expect(trouble.count == 1)
  }
}
