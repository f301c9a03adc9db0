import ArgumentParser
import BloFin
import EventLoop
import Glibc
import JSONText
import Settings

/// Looks at everything that a session needs and says what is in the way.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check terminal, disk, clock, network, key, settings, journals and candles.",
    discussion: """
      Each check has a verdict, a reason and, where something is to be done, the next step. Exit \
      code 0 when nothing is in the way, 1 otherwise. Takes less than three seconds, also without \
      a network.

      EXAMPLES
        perpdeck doctor
        perpdeck doctor --mode live
        perpdeck doctor --offline --json
      """)

  @Option(help: "The folder for journal, log and lock.")
  var data: String?

  @Option(help: "An exchange on this machine instead of BloFin's own.")
  var server: String?

  @Flag(help: "Leave the network out.")
  var offline = false

  @OptionGroup var options: ConfigOptions

  func run() throws {
    let environment = ProcessEnvironment.all
    let process = Variables.takeFromProcess()
    var request = options.request
    request.dataFolder = data
    let folder = data ?? LaunchRequest.usualDataFolder(process: process)
    var report = DoctorReport()
    report.add(DoctorMachine.terminal(environment))
    report.add(DoctorMachine.disk(folder))
    report.add(DoctorMachine.clock())
    report.add(DoctorMachine.coreDumps())
    report.add(DoctorMachine.openFiles())
    let launch = settings(request, process, &report)
    report.add(DoctorMachine.journals(data: folder, account: launch?.account.name ?? "main"))
    report.add(DoctorMachine.candles(data: folder))
    guard !offline else {
      report.add(.skipped("network", "left out by --offline"))
      try tell(report)
      return
    }
    try MainActor.assumeIsolated { try ask(launch, report) }
  }

  private func settings(
    _ request: LaunchRequest, _ process: Variables, _ report: inout DoctorReport
  ) -> Launch? {
    do throws(SettingsProblems) {
      let launch = try Launch(request, process: process)
      let place = launch.configFolder ?? "defaults"
      if let first = launch.warnings.first {
        report.add(
          .warning("settings", "\(place): \(first)", next: "perpdeck config check lists all"))
      } else {
        report.add(.good("settings", place))
      }
      return launch
    } catch {
      let more = error.list.count > 1 ? " (and \(error.list.count - 1) more)" : ""
      report.add(
        .bad(
          "settings", "\(error.list[0])\(more)",
          next: "perpdeck config check --mode \(options.mode.rawValue) lists all"))
      return nil
    }
  }

  @MainActor private func ask(_ launch: Launch?, _ report: DoctorReport) throws {
    let side: BloFinHosts.Environment = options.mode == .demo ? .demo : .live
    let hosts: BloFinHosts
    do throws(BloFinProblem) {
      hosts = if let server { try BloFinHosts(side, loopback: server) } else { BloFinHosts(side) }
    } catch {
      throw ProgramFailure("--server: \(error)")
    }
    let loop = DispatchLoop()
    let network = DoctorNetwork(loop, hosts: hosts, launch: launch)
    loop.post {
      network.start { findings in
        var whole = report
        whole.add(findings)
        do {
          try tell(whole)
          Glibc.exit(0)
        } catch {
          Glibc.exit(1)
        }
      }
    }
    withExtendedLifetime(network) { loop.run() }
  }

  private func tell(_ report: DoctorReport) throws {
    if options.json {
      JSONOutput.object { report.write(to: &$0) }
    } else {
      StandardOutput.write(report.text)
    }
    if !report.isGood { throw ExitCode.failure }
  }
}
