"""How the platform is put on a machine: servers, processes, jurisdictions, images."""
