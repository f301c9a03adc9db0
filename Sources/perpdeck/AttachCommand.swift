import ArgumentParser
import Dispatch
import EventLoop
import Glibc
import Terminal

/// Shows the screen of a run that has none.
struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Show the screen of a perpdeck that runs without one.",
    discussion: """
      For a program that was started with --headless. The keys are those of the dashboard, but q \
      and a terminal that goes away only detach: the program trades on. One screen at a time.

      EXAMPLES
        perpdeck attach
        perpdeck attach --mode demo --account main
      """)

  @OptionGroup var options: ControlOptions

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  func validate() throws {
    if options.json { throw ValidationError("attach shows a screen and answers with no JSON") }
  }

  func run() throws {
    let environment = ProcessEnvironment.all
    guard let loan = ScreenLoan(environment: environment, isASCII: ascii) else {
      throw TerminalError.notATerminal("standard input or output")
    }
    let program = try options.program()
    let answer = try program.ask(loan.line)
    guard answer.hasPrefix("attached "), let process = pid_t(answer.dropFirst(9)) else {
      throw ProgramFailure(String(answer.trimmingPrefix("error: ")))
    }
    // The program draws and reads keys by itself; what is left is to tell it of the terminal's size
    // and to see whether it still draws.
    MainActor.assumeIsolated { Borrower(program, loan, process).wait() }
  }
}

/// Waits beside a screen that another process draws.
@MainActor
private final class Borrower {
  private let program: ControlLine
  private let loan: ScreenLoan
  private let process: pid_t
  private var watches: [SignalWatch] = []

  init(_ program: ControlLine, _ loan: ScreenLoan, _ process: pid_t) {
    self.program = program
    self.loan = loan
    self.process = process
  }

  func wait() -> Never {
    watches = [SignalWatch(SIGWINCH) { [process] in kill(process, SIGWINCH) }]
    watches += [SIGTERM, SIGINT, SIGHUP, SIGQUIT].map { number in
      SignalWatch(number) { [self] in giveBack() }
    }
    let timer = DispatchSource.makeTimerSource(queue: .main)
    timer.schedule(deadline: .now(), repeating: .milliseconds(200))
    timer.setEventHandler { [self] in MainActor.assumeIsolated { look() } }
    timer.activate()
    dispatchMain()
  }

  /// Asks the program to let go of the terminal.
  private func giveBack() -> Never {
    do {
      _ = try program.ask(ScreenLoan.detach)
    } catch {
      StandardError.write("\(error)")
    }
    end()
  }

  private func look() {
    do {
      if try program.ask(ScreenLoan.isAttached) != "yes" { end() }
    } catch {
      // One that hangs for a while still has the terminal; one that has died gives nothing back.
      if kill(process, 0) != 0 { end() }
    }
  }

  /// Ends; the terminal is given back by the program, or here where that has died.
  private func end() -> Never {
    guard kill(process, 0) != 0 else {
      StandardError.write("Detached; perpdeck goes on (process \(process)).")
      Glibc.exit(0)
    }
    do throws(TerminalError) {
      try TerminalReset.run(TerminalOptions(environment: loan.environment))
    } catch {
      StandardError.write("\(error)")
    }
    StandardError.write("perpdeck has ended.")
    Glibc.exit(0)
  }
}
