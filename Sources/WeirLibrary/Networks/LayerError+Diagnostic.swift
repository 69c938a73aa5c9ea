import WeirCatalog
package import WeirDiagnostics
package import WeirNetworks

extension LayerError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch reason {
    case .shape(let input, let needs): .layerMisfit(layer, needs: needs, gets: LayerError.text(of: input))
    case .setting(let text): .layerSetting(layer, text)
    }
  }
}
