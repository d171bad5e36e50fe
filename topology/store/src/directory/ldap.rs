//! x
/// x
#[derive(Debug)]
pub struct LdapDirectory;
/// x
pub struct LdapOptions;
/// x
pub enum LdapSecurity { /** x */ None }
impl LdapDirectory { pub(crate) async fn write(&self, _c: &[plenum_topology::change::Change]) -> Result<(), crate::StoreError> { Ok(()) } }
