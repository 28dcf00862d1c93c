/// Why a server could not start.
package enum ServerError: Error, CustomStringConvertible {
  case unresolvable(host: String, reason: String)
  case cannotListen(address: String, SystemError)
  case system(SystemError)

  package var description: String {
    switch self {
    case .unresolvable(let host, let reason): "cannot resolve the host \(host): \(reason)"
    case .cannotListen(let address, let error): "cannot listen on \(address): \(error)"
    case .system(let error): "\(error)"
    }
  }
}
