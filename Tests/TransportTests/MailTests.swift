import Secrets
import Testing
import Transport

/// Letters that a mail server does not take.
@MainActor struct MailTests {
  /// Returns what becomes of a letter when the server answers the name and password by a line.
  private func outcome(_ answer: String) async -> MailProblem? {
    let server = LoopbackServer { peer, _ in
      peer.write("220 mail.example ready\r\n")
      while let line = peer.readLine() {
        switch line.prefix(4).uppercased() {
        case "EHLO": peer.write("250-mail.example\r\n250 AUTH PLAIN\r\n")
        case "AUTH" where line.split(separator: " ").count == 2: peer.write("334 \r\n")
        case "QUIT": return
        default: peer.write(answer + "\r\n")
        }
      }
    }
    defer { server.stop() }
    guard
      let sender = MailSender(
        server: "127.0.0.1:\(server.port)", security: .none, user: "user",
        password: Secret(consuming: Array("password".utf8)), timeout: 10_000)
    else {
      Issue.record("a server on this machine needs no security")
      return nil
    }
    let mail = Mail(
      from: "bot@example.com", recipients: ["me@example.com"], text: Array("Subject: x\r\n".utf8))
    return await withCheckedContinuation { done in
      sender.send(mail) { result in
        if case .failure(let problem) = result {
          done.resume(returning: problem)
        } else {
          done.resume(returning: nil)
        }
      }
    }
  }

  @Test func `a name and password that are refused for now are tried again`() async {
    let problem = await outcome("454 4.7.0 Temporary authentication failure")
    guard case .failed(status: 454, _)? = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
  }

  @Test func `a name and password that are refused for good are not tried again`() async {
    #expect(await outcome("535 5.7.8 Authentication credentials invalid") == .loginRefused)
  }
}
